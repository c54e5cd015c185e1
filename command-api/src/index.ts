export { type CommandApiConfig, commandApiVariables } from './config.js'
export { startCommandApi } from './start-command-api.js'
