import type { StoredMessage } from '../kafka/index.js'

/** What a record of the journal or the commands says, read with code of the simulator's own. */
export interface StoredRecord {
  offset: number
  appendedAt: number
  value: Buffer
  /** Last part of the record's name. */
  type: string
  claimId: string | null
  subject: string | null
  streamVersion: number | null
  commandId: string | null
  bodyHash: string | null
  commandOffset: number | null
  commandRecords: number | null
  causationId: string | null
  id: string | null
  /** UTC ms. */
  time: number
  deadline: number | null
}

export function storedRecord({ offset, timestamp, value, headers }: StoredMessage): StoredRecord {
  const text = (name: string): string | null => {
    const found = headers[name]
    return found === undefined || Array.isArray(found) ? null : found.toString('latin1')
  }
  const number = (name: string): number | null => {
    const found = text(name)
    return found === null ? null : Number(found)
  }
  const name = text('ce_type') ?? ''
  return {
    offset: Number(offset),
    appendedAt: Number(timestamp),
    value: value ?? Buffer.alloc(0),
    type: name.slice(name.lastIndexOf('.') + 1),
    claimId: text('claim-id'),
    subject: text('ce_subject'),
    streamVersion: number('stream-version'),
    commandId: text('command-id'),
    bodyHash: text('body-hash'),
    commandOffset: number('command-offset'),
    commandRecords: number('command-records'),
    causationId: text('causation-id'),
    id: text('ce_id'),
    time: Date.parse(text('ce_time') ?? ''),
    deadline: number('deadline'),
  }
}
