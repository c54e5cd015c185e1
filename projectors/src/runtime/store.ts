import type { ChangeBatch } from './change-batch.js'
import type { Checkpoint, CheckpointId } from './checkpoint.js'
import type { Parked, Stop } from './fold.js'
import type { Value } from './table.js'

/** Where streams stand in a projection. */
export interface StreamVersions {
  /** Last version applied, of those that the projection has seen. */
  versions: Map<string, number>
  /** Versions that an operator dropped, of streams that have not gone on since. */
  mayFollow: Map<string, number>
  /** What the projection remembers of them; absent where the store keeps no notes. */
  notes?: Map<string, string> | undefined
}

/** Where a parked event lies in its partition. */
export interface ParkedPlace {
  offset: number
  claimId: string
}

/** What a projection has parked in a partition. */
export interface ParkedTally extends Omit<CheckpointId, 'topic'> {
  streams: {
    stream: string
    /** Events that a gap leaves out. */
    missing: number
    /** An operator asked for a redrive. */
    redriveWanted: boolean
  }[]
  events: number
  /** Events that operators decided to do without, ever. */
  dropped: number
}

interface StoreReads {
  streamVersions(id: CheckpointId, streams: readonly string[]): Promise<StreamVersions>
  /** Of a stream's first parked events, in order. */
  parkedPlaces(id: CheckpointId, stream: string, most: number): Promise<ParkedPlace[]>
}

/** A transaction under way. READ COMMITTED: it sees what others have committed by the time of each statement. */
export interface StoreTransaction extends StoreReads {
  /**
   * Compare-and-set; false where somebody else has moved the checkpoint. From here on nobody else moves it, or the transaction ends in
   * an OvertakenError.
   */
  moveCheckpoint(id: CheckpointId, from: Checkpoint, to: Checkpoint, now: number): Promise<boolean>
  /** Takes the checkpoint's lock until the end, and makes everybody who knows the checkpoint read it anew. */
  renewCheckpoint(id: CheckpointId, now: number): Promise<void>
  /** For what needs no compare-and-set: the checkpoint is at this offset or after it. */
  raiseCheckpoint(id: CheckpointId, nextOffset: number, now: number): Promise<void>
  /** Into what the checkpoint's version has. @throws RowMissingError, or what the store refuses a row with */
  writeRows(id: CheckpointId, rows: ChangeBatch): Promise<void>
  saveStreamVersions(id: CheckpointId, versions: ReadonlyMap<string, number>): Promise<void>
  /** False also where the redrive that was asked for has been done, by whatever process. */
  isRedriveWanted(id: CheckpointId, stream: string): Promise<boolean>
  /** Puts the events behind those that are parked already, and parks the streams that are not yet. */
  park(id: CheckpointId, parked: readonly Parked[], now: number): Promise<void>
  /** The redrive has come to an event that cannot be applied either. */
  parkAgain(id: CheckpointId, stream: string, stop: Stop): Promise<void>
  parkedFrom(id: CheckpointId, stream: string, firstOffset: number): Promise<void>
  /** Takes the stream's events up to an offset (exclusive) out of the parking. */
  unparkEvents(id: CheckpointId, stream: string, before: number): Promise<void>
  unparkStream(id: CheckpointId, stream: string): Promise<void>
}

/**
 * What projections are kept in. Errors are as the SQL driver throws them, for isContention, isServerAway, isRefused and
 * isNotMigrated of platform/sql to tell apart; any other says that the rows are the matter.
 */
export interface ProjectionStore extends StoreReads {
  /** How it is called in logs. */
  readonly name?: string
  /** It may come back with less than it had confirmed, or with nothing: checkpoints are looked at also where no event comes. */
  readonly forgetful?: boolean
  /** Where there is none, makes one at the log's beginning. @throws VersionGoneError */
  checkpoint(id: CheckpointId, now: number): Promise<Checkpoint>
  parkedStreams(id: CheckpointId): Promise<Set<string>>
  /** Of all the projections of the topic that have anything parked or dropped. */
  parkedNow(topic: string): Promise<ParkedTally[]>
  /**
   * Runs `work` and commits; where it throws, nothing of it is done, and the error is thrown. An error in the commit leaves
   * the outcome unknown.
   */
  transaction<Result>(work: (transaction: StoreTransaction) => Promise<Result>): Promise<Result>
}

/** Somebody else moved the checkpoint: nothing of the transaction was done. */
export class OvertakenError extends Error {}

/** The store is away, starting, full, or read-only during a fail-over: waiting can mend it. Stores that are not SQL throw this. */
export class StoreAwayError extends Error {}

/** There is no such version of the projection, or no more: whoever fed it is done with it. */
export class VersionGoneError extends Error {
  constructor({ projection, version }: Pick<CheckpointId, 'projection' | 'version'>) {
    super(`there is no version ${version} of ${projection}`)
  }
}

/** A change of a row that is not there: the read model is not what the events before led to. Never passed over. */
export class RowMissingError extends Error {
  constructor(
    readonly table: string,
    readonly keys: Value[][],
  ) {
    super(`${table} has no row ${keys.map((key) => key.join('/')).join(', ')}, which an event changes`)
  }
}
