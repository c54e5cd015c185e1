import { loadConfig } from '@onsale/platform/config'
import { createLogger, runService, withTracing } from '@onsale/platform/telemetry'
import { commandApiVariables } from './config.js'
import { startCommandApi } from './start-command-api.js'

const config = loadConfig(commandApiVariables)
const logger = createLogger({ service: 'command-api', instance: config.instance, level: config.logLevel })
await runService(logger, () =>
  withTracing({ service: 'command-api', instance: config.instance }, logger, () => startCommandApi(config, logger)),
)
