export { type LatestClaim, lastAnswered, latestClaim } from './latest-claim.js'
export { OffsetOutOfRangeError, openRawLog, type RawLog, type RawPartition } from './raw-log.js'
export {
  type Batch,
  BrokenBatchError,
  batchesIn,
  buildBatch,
  committedBatches,
  type RawEntry,
  recordsOf,
} from './record-batch.js'
