export { type Caller, hasRole, type Role, roles } from './caller.js'
export { AccessGuard, CallerParam, Public, Roles } from './guard.js'
export { TokenVerifier, type TokenVerifierOptions } from './token-verifier.js'
