import { z } from 'zod'
import { loadConfig, processVariables, registryVariables, variable } from '../config/index.js'
import { createLogger } from '../telemetry/index.js'
import { SchemaConflictError } from './codec.js'
import { IncompatibleSchemaError, registerSchemas } from './register-schemas.js'

// The migration step: exits with 2 where the registry refuses a schema or is not the one that the log was written with.
const config = loadConfig({
  ...processVariables('register-schemas'),
  ...registryVariables,
  schemaBundle: variable('ONSALE_SCHEMA_BUNDLE', z.string().min(1)),
})
const logger = createLogger({ service: 'register-schemas', instance: config.instance, level: config.logLevel })

try {
  await registerSchemas({ ...config, bundleFile: config.schemaBundle, logger })
} catch (error) {
  if (error instanceof IncompatibleSchemaError || error instanceof SchemaConflictError) {
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
  logger.fatal({ err: error }, 'the schemas could not be registered')
  process.exit(1)
}
