import { IdempotencyTable, type KeyLookup, keyText, type Outcome } from '../idempotency/idempotency.js'
import type { PackedKey } from '../idempotency/key-ring.js'
import type { JournalEvent } from './records.js'

interface Waiting {
  key: PackedKey
  outcome: Outcome
  /** Its place among the records of the batch. */
  at: number
  /** Log time of the answer. */
  time: number
}

/** The idempotency table, and the first answers that wait for the offset of their batch before they can stand in it. */
export class AnsweredKeys {
  private readonly waiting = new Map<string, Waiting>()

  constructor(readonly table: IdempotencyTable) {}

  /** Whether an answer under this key waits, so that it can't be referred to yet. */
  waits(key: PackedKey): boolean {
    return this.waiting.size > 0 && this.waiting.has(keyText(key))
  }

  lookup(key: PackedKey, now: number): KeyLookup {
    return this.table.lookup(key, now)
  }

  answered(answer: Waiting): void {
    this.waiting.set(keyText(answer.key), answer)
  }

  committed(baseOffset: number): void {
    for (const { key, outcome, at, time } of this.waiting.values()) {
      this.table.remember(key, outcome, baseOffset + at, time)
    }
    this.waiting.clear()
  }
}

/** Whether and for how long a first answer is remembered; null: not at all. */
export function outcomeOf(event: JournalEvent): Outcome | null {
  if (event.type === 'CommandRepeated') return null
  if (event.type === 'CommandRejected') return event.data.remembered ? 'rejected' : null
  return 'accepted'
}
