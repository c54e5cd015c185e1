import { z } from 'zod'
import { loadConfig, processVariables, registryVariables, variable } from '../config/index.js'
import { systemClock, systemTimers } from '../ports/index.js'
import { createLogger } from '../telemetry/index.js'
import { RegistryUnavailableError, SchemaConflictError } from './codec.js'
import { IncompatibleSchemaError, registerSchemas } from './register-schemas.js'

// The migration step: exits with 2 where the registry refuses a schema or is not the one that the log was written with.
const config = loadConfig({
  ...processVariables('register-schemas'),
  ...registryVariables,
  schemaBundle: variable('ONSALE_SCHEMA_BUNDLE', z.string().min(1)),
})
const logger = createLogger({ service: 'register-schemas', instance: config.instance, level: config.logLevel })

/** A registry that is away is waited for so long: nothing of a deployment can go on without it the first time. */
const patienceMs = 180_000

const until = systemClock.now() + patienceMs
for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
  try {
    await registerSchemas({ ...config, bundleFile: config.schemaBundle, logger })
    break
  } catch (error) {
    if (error instanceof IncompatibleSchemaError || error instanceof SchemaConflictError) {
      process.stderr.write(`${error.message}\n`)
      process.exit(2)
    }
    if (!(error instanceof RegistryUnavailableError) || systemClock.now() > until) {
      logger.fatal({ err: error }, 'the schemas could not be registered')
      process.exit(1)
    }
    logger.info(`waiting for the schema registry: ${error.message}`)
    await systemTimers.sleep(pauseMs)
  }
}
