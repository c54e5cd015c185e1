export { isContention, isNotMigrated, isOutOfRoom, isRefused, isServerAway } from './errors.js'
export { openKnex } from './knex.js'
export { type Migration, migrate } from './migrate.js'
export { openPool, type SqlSettings } from './pool.js'
export { measurePools } from './pool-metrics.js'
export {
  inSnapshot,
  inTransaction,
  oneTransaction,
  type RetryPorts,
  retryContention,
  type TransactionOptions,
} from './transaction.js'
