import { loadConfig } from '@onsale/platform/config'
import { createLogger, runService, withTracing } from '@onsale/platform/telemetry'
import { projectorsVariables } from './config.js'
import { startProjectors } from './start-projectors.js'

const config = loadConfig(projectorsVariables)
const logger = createLogger({ service: 'projectors', instance: config.instance, level: config.logLevel })
await runService(logger, () =>
  withTracing({ service: 'projectors', instance: config.instance }, logger, () => startProjectors(config, logger)),
)
