/**
 * building: fed for nobody yet. live: fed, for readers or for a rollback. dropping: its checkpoints are gone, its tables go.
 * dropped: its number is never given again.
 */
export type VersionState = 'building' | 'live' | 'dropping' | 'dropped'

/** One of the copies of a read model. */
export interface Version {
  projection: string
  version: number
  /** Of the code that feeds it. */
  revision: number
  state: VersionState
  /** Readers are shown this one. */
  serving: boolean
  /** A rollback goes to this one. */
  rollbackTarget: boolean
  paused: boolean
  /** Events a second at most while it is being built; null: as fast as may be. */
  throttle: number | null
  /** UTC ms. */
  createdAt: number
  createdBy: string
  endedAt: number | null
  /** UTC ms; null where readers were never shown it, or are not any more. */
  servingSince: number | null
  /** The process that builds it; null where none does. */
  worker: string | null
  /** Grows with each process that takes the building over. */
  term: number
  /** Since the worker's last sign of life, by the database's clock. */
  silentMs: number | null
  /** Pause between batches, for the sake of the live ones. */
  slowedMs: number
}

/** What was asked for cannot be done, and nothing was; the message says why in one line. */
export class VersionRefusedError extends Error {}
