export { type ReactorsConfig, reactorsVariables } from './config.js'
export { startReactors } from './start-reactors.js'
