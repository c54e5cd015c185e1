import type { DomainEvent } from './streams.js'

/** A command as it lies in the commands topic. Fields that could not be read are null. */
export interface CommandEnvelope {
  /** In the commands topic. */
  offset: number
  /** LogAppendTime, UTC ms. */
  appendedAt: number
  /** Record name without its namespace (`HoldSeats`); null where it could not be told. */
  type: string | null
  /** Null where the value could not be decoded. */
  data: unknown
  /** Stream id. */
  subject: string | null
  /** UUID text. */
  commandId: string | null
  /** SHA-256, hex. */
  bodyHash: string | null
  callerId: string | null
  /** UTC ms; null: none but the age limit of every command. */
  deadline: number | null
}

export interface CommandRejected {
  commandId: string | null
  commandType: string
  subject: string | null
  callerId: string | null
  reason: string
  details: string[]
  remembered: boolean
  decidedAt: number
}

export interface CommandRepeated {
  commandId: string
  commandType: string
  subject: string
  callerId: string | null
  firstOffset: number
  decidedAt: number
}

export type JournalEvent =
  | DomainEvent
  | { type: 'CommandRejected'; data: CommandRejected }
  | { type: 'CommandRepeated'; data: CommandRepeated }

/** A record to append: the event and what its headers say. What is null has no header. */
export interface DecidedRecord {
  event: JournalEvent
  /** Stream id; null only where a malformed command had none. */
  subject: string | null
  /** Null on CommandRejected and CommandRepeated. */
  streamVersion: number | null
  /** Log time of the decision, UTC ms (`ce_time`). */
  time: number
  /** Null, like the next three, where time caused the event. */
  commandOffset: number | null
  commandId: string | null
  bodyHash: string | null
  callerId: string | null
  /** On the first record that answers a command: how many records the command left. */
  commandRecords: number | null
}

/**
 * What a fold reads of a counting journal record. `bodyHash` must be there on every record that answers a command: the
 * idempotency table is folded from it.
 */
export interface FoldableRecord {
  offset: number
  type: string
  data: unknown
  subject: string | null
  streamVersion: number | null
  claimId: string
  commandId: string | null
  commandOffset: number | null
  bodyHash: string | null
  /** Log time of the decision, UTC ms. */
  time: number
}
