export type { ChangeBatch } from './change-batch.js'
export type { Checkpoint, CheckpointId } from './checkpoint.js'
export { largeLimits, type ProjectorEnvironment } from './environment.js'
export type { Parked, Stop } from './fold.js'
export type { ProjectionObserver } from './observer.js'
export * from './projection.js'
export { ProjectionRuntime, type ProjectionRuntimeOptions } from './projection-runtime.js'
export { RowBatch, type RowChange } from './row-batch.js'
export {
  type ParkedTally,
  type ProjectionStore,
  RowMissingError,
  type StoreTransaction,
  type StreamVersions,
} from './store.js'
export { defineTable, type Table, tableName } from './table.js'
