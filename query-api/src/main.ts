import { loadConfig } from '@onsale/platform/config'
import { createLogger, runService, withTracing } from '@onsale/platform/telemetry'
import { queryApiVariables } from './config.js'
import { startQueryApi } from './start-query-api.js'

const config = loadConfig(queryApiVariables)
const logger = createLogger({ service: 'query-api', instance: config.instance, level: config.logLevel })
await runService(logger, () =>
  withTracing({ service: 'query-api', instance: config.instance }, logger, () => startQueryApi(config, logger)),
)
