import { oneTransaction } from '@onsale/platform/sql'
import { annotate, ownAttribute } from '@onsale/platform/telemetry'
import type { Pool, PoolConnection } from 'mysql2/promise'
import type { Checkpoint, CheckpointId } from '../runtime/checkpoint.js'
import type { Parked, Stop } from '../runtime/fold.js'
import type { RowBatch } from '../runtime/row-batch.js'
import type { ProjectionStore, StoreTransaction } from '../runtime/store.js'
import { loadCheckpoint, moveCheckpoint, raiseCheckpoint, renewCheckpoint } from './checkpoint.js'
import { RowLoader } from './load-rows.js'
import {
  isRedriveWanted,
  park,
  parkAgain,
  parkedFrom,
  parkedNow,
  parkedPlaces,
  parkedStreams,
  unparkEvents,
  unparkStream,
} from './parking.js'
import { loadStreamVersions, saveStreamVersions } from './streams.js'
import { writeRows } from './write-rows.js'

/** Projections in MySQL or MariaDB, the pool's server being the primary. */
export class MysqlStore implements ProjectionStore {
  private readonly loader = new RowLoader()

  constructor(private readonly pool: Pool) {}

  checkpoint(id: CheckpointId, now: number) {
    return loadCheckpoint(this.pool, id, now)
  }

  parkedStreams(id: CheckpointId) {
    return parkedStreams(this.pool, id)
  }

  parkedNow(topic: string) {
    return parkedNow(this.pool, topic)
  }

  streamVersions(id: CheckpointId, streams: readonly string[]) {
    return loadStreamVersions(this.pool, id, streams)
  }

  parkedPlaces(id: CheckpointId, stream: string, most: number) {
    return parkedPlaces(this.pool, id, stream, most)
  }

  transaction<Result>(work: (transaction: StoreTransaction) => Promise<Result>): Promise<Result> {
    return oneTransaction(this.pool, (connection) => work(new MysqlTransaction(connection, this.loader)))
  }
}

class MysqlTransaction implements StoreTransaction {
  constructor(
    private readonly connection: PoolConnection,
    private readonly loader: RowLoader,
  ) {}

  moveCheckpoint(id: CheckpointId, from: Checkpoint, to: Checkpoint, now: number) {
    annotate({ [ownAttribute.projection]: id.projection })
    return moveCheckpoint(this.connection, id, from, to, now)
  }

  renewCheckpoint(id: CheckpointId, now: number) {
    return renewCheckpoint(this.connection, id, now)
  }

  raiseCheckpoint(id: CheckpointId, nextOffset: number, now: number) {
    return raiseCheckpoint(this.connection, id, nextOffset, now)
  }

  writeRows({ version }: CheckpointId, rows: RowBatch) {
    return writeRows(this.connection, version, rows, this.loader)
  }

  streamVersions(id: CheckpointId, streams: readonly string[]) {
    return loadStreamVersions(this.connection, id, streams)
  }

  saveStreamVersions(id: CheckpointId, versions: ReadonlyMap<string, number>) {
    return saveStreamVersions(this.connection, id, versions)
  }

  parkedPlaces(id: CheckpointId, stream: string, most: number) {
    return parkedPlaces(this.connection, id, stream, most)
  }

  isRedriveWanted(id: CheckpointId, stream: string) {
    return isRedriveWanted(this.connection, id, stream)
  }

  park(id: CheckpointId, parked: readonly Parked[], now: number) {
    return park(this.connection, id, parked, now)
  }

  parkAgain(id: CheckpointId, stream: string, stop: Stop) {
    return parkAgain(this.connection, id, stream, stop)
  }

  parkedFrom(id: CheckpointId, stream: string, firstOffset: number) {
    return parkedFrom(this.connection, id, stream, firstOffset)
  }

  unparkEvents(id: CheckpointId, stream: string, before: number) {
    return unparkEvents(this.connection, id, stream, before)
  }

  unparkStream(id: CheckpointId, stream: string) {
    return unparkStream(this.connection, id, stream)
  }
}
