import type { Position } from '../http/position.js'
import type { Checkpoints } from './checkpoints.js'
import type { ReadModel } from './read-model.js'
import type { StreamState } from './stream-state.js'

/** One state of the whole replica: checkpoints, what is parked and rows are of the same moment. */
export interface Snapshot<Rows> {
  /** Where queries of rows are run. */
  readonly rows: Rows
  /** Of the versions that readers are shown. */
  checkpoints(): Promise<Checkpoints>
  /** Of those of the streams with which anything is the matter. */
  streamStates(
    models: readonly ReadModel[],
    topic: string,
    streams: readonly string[],
  ): Promise<Map<string, StreamState>>
  /** Whether the event at this position is itself parked in one of the read models. */
  isParked(models: readonly ReadModel[], position: Position): Promise<boolean>
}

/** Follows the database that the projections write to, as far behind as may be. Errors are as the SQL driver throws them. */
export interface ReadModelReplica<Rows> {
  snapshot<Result>(work: (snapshot: Snapshot<Rows>) => Promise<Result>): Promise<Result>
  /** As of some moment. */
  checkpoints(): Promise<Checkpoints>
}
