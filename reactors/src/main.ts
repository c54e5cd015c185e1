import { loadConfig } from '@onsale/platform/config'
import { createLogger, runService, withTracing } from '@onsale/platform/telemetry'
import { reactorsVariables } from './config.js'
import { startReactors } from './start-reactors.js'

const config = loadConfig(reactorsVariables)
const logger = createLogger({ service: 'reactors', instance: config.instance, level: config.logLevel })
await runService(logger, () =>
  withTracing({ service: 'reactors', instance: config.instance }, logger, () => startReactors(config, logger)),
)
