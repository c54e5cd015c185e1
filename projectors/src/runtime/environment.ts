import type { Clock, Random, Timers } from '@onsale/platform/ports'
import { isContention, isNotMigrated, isRefused, isServerAway } from '@onsale/platform/sql'
import type { Logger } from 'pino'
import { type Decoded, type Stop, type StopReason, stopAt } from './fold.js'
import type { ProjectionObserver } from './observer.js'
import type { HandlerContext } from './projection.js'
import { type ProjectionStore, RowMissingError, StoreAwayError } from './store.js'

/** What the runtime works with, the same for every projection. */
export interface ProjectorEnvironment {
  store: ProjectionStore
  clock: Clock
  timers: Timers
  random: Random
  logger: Logger
  observer: ProjectionObserver
  plans: {
    plan: HandlerContext['plan']
    /** Reads what the plans topic holds as of now. */
    catchUp(): Promise<void>
  }
  /** Where one transaction is to be larger or smaller than usual. */
  limits?: TransactionLimits | undefined
}

/** Rows of one transaction, but for an event that has more of its own (a show is scheduled whole). */
export interface TransactionLimits {
  rows: number
  events: number
}

export const usualLimits: TransactionLimits = { rows: 2_000, events: 2_000 }
/**
 * What nobody waits for: more events to a transaction merge into fewer rows. In tables as many events as a build takes at a time are one
 * transaction, not one and a rest; Redis does nothing else while it is at one.
 */
export const largeLimits: Readonly<Record<'sql' | 'redis', TransactionLimits>> = {
  sql: { rows: 20_000, events: 10_000 },
  redis: { rows: 10_000, events: 5_000 },
}

/**
 * How much is tried in one transaction. One that the database refuses is tried again by halves, until the event is found that
 * it does not take; then all goes on in larger and larger steps.
 */
export class Pace {
  events: number
  /** Events that the database did not take, by offset. */
  readonly refused = new Map<number, Stop>()

  constructor(readonly limits: TransactionLimits = usualLimits) {
    this.events = limits.events
  }

  /** `applied`: offsets of the events whose rows were refused. False where no event can be blamed. */
  refuse(error: unknown, applied: readonly number[], records: readonly Decoded[]): boolean {
    const [offset] = applied
    if (offset === undefined) return false
    if (applied.length === 1) {
      const record = records.find((it) => it.offset === offset) as Decoded
      const subject = record.event?.subject ?? null
      this.refused.set(offset, stopAt(record, subject, reasonOf(error), (error as Error).message))
    } else this.events = Math.max(1, Math.floor(Math.min(this.events, records.length) / 2))
    return true
  }

  went(): void {
    this.events = Math.min(this.limits.events, this.events * 2)
  }
}

/** Not what the events say is the matter, but the server. */
export const mendsItself = (error: unknown) =>
  error instanceof StoreAwayError ||
  isContention(error) ||
  isServerAway(error) ||
  isRefused(error) ||
  isNotMigrated(error)

export const reasonOf = (error: unknown): StopReason =>
  error instanceof RowMissingError ? 'row-missing' : 'rows-refused'
