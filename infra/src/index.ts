export { BusyError } from './exclusive.js'
export { PreflightError } from './preflight.js'
export type * from './stack.js'
export { openStack, startStack, stopStack } from './start-stack.js'
