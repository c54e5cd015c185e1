import { BrokenPromise } from './show-model.js'
import type { StoredRecord } from './stored-record.js'

interface First {
  bodyHash: string
  offset: number
  accepted: boolean
  time: number
}

const hour = 3_600_000
const acceptedForMs = 24 * hour
const rejectedForMs = hour / 6
/** Expiry is counted in whole seconds, rounded up. */
const roundingMs = 2_000

/** Reasons of a refusal that say nothing of the command itself: asked again, it may be answered otherwise. */
const forgotten = new Set(['malformed', 'wrong-partition', 'idempotency-key-reused', 'deadline-passed'])

/** Which keys were answered, and that a key is never answered afresh while it is remembered. */
export class Keys {
  private readonly firsts = new Map<string, First>()

  /** The first record that answers a command. `data` is its content. @throws BrokenPromise */
  answered(record: StoredRecord, data: Record<string, unknown>): void {
    const { commandId, bodyHash, type, offset, time } = record
    const reason = type === 'CommandRejected' ? (data.reason as string) : null
    if (!commandId || !bodyHash) {
      if (reason !== 'malformed')
        throw new BrokenPromise('answer-names-command', `${type} at ${offset} names no command`)
      return
    }
    const first = this.firsts.get(commandId)
    const age = first ? time - first.time : 0
    const lifetime = first?.accepted ? acceptedForMs : rejectedForMs
    if (first && age > lifetime - roundingMs && age < lifetime + roundingMs) return
    const known = first && age < lifetime ? first : null
    const says = `the answer at ${offset} (${reason ?? type})`
    if (reason === 'malformed' || reason === 'wrong-partition') return
    if (type === 'CommandRepeated') {
      if (!known) throw new BrokenPromise('key-once', `${says} repeats nothing`)
      if (known.offset !== data.firstOffset)
        throw new BrokenPromise('key-once', `${says} names ${data.firstOffset}; first was ${known.offset}`)
      if (known.bodyHash !== bodyHash) throw new BrokenPromise('key-body', `${says} is for another body`)
      return
    }
    if (reason === 'idempotency-key-reused') {
      if (!known) throw new BrokenPromise('key-body', `${says}: the key was free`)
      if (known.bodyHash === bodyHash) throw new BrokenPromise('key-body', `${says}: the body is the same`)
      return
    }
    if (known) {
      const same = known.bodyHash === bodyHash
      throw new BrokenPromise(
        same ? 'key-once' : 'key-body',
        `${says} decides again what was answered at ${known.offset}`,
      )
    }
    if (reason !== null && forgotten.has(reason)) return
    this.firsts.set(commandId, { bodyHash, offset, accepted: reason === null, time })
  }
}
