export { type QueryApiConfig, queryApiVariables } from './config.js'
export { startQueryApi } from './start-query-api.js'
