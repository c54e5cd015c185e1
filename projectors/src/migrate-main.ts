import { loadConfig, processVariables, sqlPrimaryVariables } from '@onsale/platform/config'
import { systemTimers } from '@onsale/platform/ports'
import { isServerAway, migrate } from '@onsale/platform/sql'
import { createLogger } from '@onsale/platform/telemetry'
import { migrations, migrationsTable } from './migrations/index.js'

// Brings the database to the last migration and exits. Run by every deployment before the projectors start.
const config = loadConfig({ ...processVariables('projectors-migrate'), ...sqlPrimaryVariables })
const logger = createLogger({ service: 'projectors-migrate', instance: config.instance, level: config.logLevel })

for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
  try {
    const applied = await migrate({ url: config.sqlPrimaryUrl, table: migrationsTable, migrations, logger })
    logger.info({ applied: applied.length }, 'the database is up to date')
    break
  } catch (error) {
    if (!isServerAway(error)) {
      logger.fatal({ err: error }, 'the migration failed')
      process.exitCode = 1
      break
    }
    logger.info(`waiting for sql: ${(error as Error).message}`)
    await systemTimers.sleep(pauseMs)
  }
}
