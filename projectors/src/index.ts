export { type CommandStatusRow, commandStatus } from './command-status/table.js'
export { projectorsConfig } from './config.js'
export { type CheckpointHistoryOf, readHistory } from './history/read-history.js'
export { migrations, migrationsTable } from './migrations/index.js'
export { MysqlStore } from './mysql/mysql-store.js'
export { type DroppedEvent, type DropRequest, dropParked, listDropped } from './parked/drop-parked.js'
export { listParked, type ParkedFilter, type ParkedStream, requestRedrive } from './parked/parked-streams.js'
export { ParkedViews } from './parked/parked-views.js'
export { readRecordsAt } from './parked/read-records-at.js'
export { type ParkedEvent, type ParkedStreamEvents, showParked } from './parked/show-parked.js'
export { allProjections, projections } from './projections.js'
export { KeyBatch, viewKey } from './redis/key-batch.js'
export { type RedisProjection, redisProjection } from './redis/redis-projection.js'
export { RedisStore } from './redis/redis-store.js'
export { type ParkedView, RedisAwayError, RedisViews } from './redis/redis-views.js'
export { type ReservationRow, reservations } from './reservations/table.js'
export {
  type AnyProjection,
  type ChangeBatch,
  type Checkpoint,
  type CheckpointId,
  type Handler,
  type HandlerContext,
  type JournalTypes,
  journalOf,
  type Parked,
  type ParkedTally,
  PlanUnknownError,
  type Projection,
  type ProjectionObserver,
  ProjectionRuntime,
  type ProjectionRuntimeOptions,
  type ProjectionStore,
  type ProjectorEnvironment,
  RowBatch,
  type RowChange,
  RowMissingError,
  type Stop,
  type StoreTransaction,
  type StreamVersions,
  type Table,
  tableName,
} from './runtime/index.js'
export { type SalesMinuteRow, salesPerMinute } from './sales-per-minute/table.js'
export { type AreaRow, areas, type SeatMapRow, type SeatRow, seatMaps, seats } from './seats/tables.js'
export { type ShowRow, shows } from './shows/table.js'
export { startProjectors } from './start-projectors.js'
export { tableDigest } from './table-digest.js'
export { type VenueRow, venues } from './venues/table.js'
export {
  compareVersions,
  dropVersion,
  type KeptViews,
  listVersions,
  numbered,
  pauseRebuild,
  planRebuild,
  type RebuildPlan,
  resumeRebuild,
  type Switched,
  servingOf,
  startRebuild,
  switchVersion,
  type Version,
  type VersionComparison,
  type VersionProgress,
  VersionRefusedError,
  versionProgress,
  viewProgress,
  viewsOf,
} from './versions/index.js'
