import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify, type ProtectedHeaderParameters } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import { ProblemError } from '../http/problem.js'
import type { Clock } from '../ports/index.js'
import { type Caller, claimsSchema } from './caller.js'
import { JwksFile } from './jwks-file.js'

export interface TokenVerifierOptions {
  jwksFile: string
  issuer: string
  audience: string
  clock: Clock
  logger: Logger
  /** Verified tokens that are remembered. */
  cacheSize?: number
}

const longestToken = 4_096
const bearer = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)$/i

/**
 * Verifies access tokens: ES256 and nothing else. A signature costs about 90 µs, so verified tokens are remembered,
 * bounded, for as long as they are valid and their key is in the file.
 */
export class TokenVerifier {
  private readonly verified: LRUCache<string, { caller: Caller; kid: string }>
  private readonly jwks: JwksFile

  constructor(private readonly options: TokenVerifierOptions) {
    this.verified = new LRUCache({ max: options.cacheSize ?? 20_000 })
    this.jwks = new JwksFile(options.jwksFile, options.clock, options.logger)
  }

  start(): Promise<void> {
    return this.jwks.start()
  }

  /**
   * @param authorization the header as it came
   * @throws ProblemError 401, its code says why
   */
  async verify(authorization: string | undefined): Promise<Caller> {
    if (!authorization) throw refusal('token-missing', 'An access token is needed: Authorization: Bearer <token>.')
    const token = authorization.length <= longestToken ? bearer.exec(authorization)?.[1] : undefined
    if (!token) throw refusal('token-malformed', 'The Authorization header is not Bearer with a JWT.')
    const hit = this.verified.get(token)
    if (hit && this.jwks.has(hit.kid)) {
      if (this.options.clock.now() < hit.caller.expiresAt) return hit.caller
      this.verified.delete(token)
      throw refusal('token-expired', 'The access token has expired.')
    }
    const { caller, kid } = await this.verifyAnew(token)
    this.verified.set(token, { caller, kid })
    return caller
  }

  private async verifyAnew(token: string): Promise<{ caller: Caller; kid: string }> {
    const header = headerOf(token)
    if (header.alg !== 'ES256') throw refusal('token-algorithm', 'Only ES256 tokens are taken.')
    if (typeof header.kid !== 'string')
      throw refusal('token-key-unknown', 'The token does not say which key signed it.')
    const key = await this.jwks.get(header.kid)
    if (!key) throw refusal('token-key-unknown', 'The key that signed the token is not one of ours.')
    const { issuer, audience, clock } = this.options
    let payload: JWTPayload
    try {
      ;({ payload } = await jwtVerify(token, key, {
        algorithms: ['ES256'],
        issuer,
        audience,
        requiredClaims: ['exp', 'sub', 'iat'],
        currentDate: new Date(clock.now()),
      }))
    } catch (error) {
      throw refusalOf(error)
    }
    const claims = claimsSchema.safeParse(payload)
    if (!claims.success) throw refusal('token-malformed', 'The token lacks a claim, or has one of another form.')
    const { sub, roles, exp } = claims.data
    return { caller: { id: sub, roles, expiresAt: exp * 1_000 }, kid: header.kid }
  }
}

function headerOf(token: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(token)
  } catch (error) {
    throw refusal('token-malformed', 'The token has no readable header.', error)
  }
}

function refusalOf(error: unknown): ProblemError {
  if (error instanceof errors.JWTExpired) return refusal('token-expired', 'The access token has expired.')
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return refusal('token-signature', 'The signature is not right.')
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return refusal('token-audience', 'The token is for somebody else (aud).')
    if (error.claim === 'iss') return refusal('token-issuer', 'The token is from somebody else (iss).')
    return refusal('token-malformed', `The token's ${error.claim} is missing or wrong.`)
  }
  return refusal('token-malformed', 'The token cannot be read.', error)
}

function refusal(code: string, detail: string, cause?: unknown): ProblemError {
  const parameters = code === 'token-missing' ? '' : `, error="invalid_token", error_description="${code}"`
  return new ProblemError(401, code, detail, {
    headers: { 'www-authenticate': `Bearer realm="onsale"${parameters}` },
    ...(cause === undefined ? {} : { cause }),
  })
}
