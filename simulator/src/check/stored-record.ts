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

export type StoredCommand = Pick<StoredRecord, 'id' | 'commandId' | 'bodyHash' | 'subject' | 'deadline'>

/** Of a command: what its answer must name. */
export function storedCommand({ headers }: StoredMessage): StoredCommand {
  return {
    id: text(headers, 'ce_id'),
    commandId: text(headers, 'command-id'),
    bodyHash: text(headers, 'body-hash'),
    subject: text(headers, 'ce_subject'),
    deadline: number(headers, 'deadline'),
  }
}

export function storedRecord({ offset, timestamp, value, headers }: StoredMessage): StoredRecord {
  const name = text(headers, 'ce_type') ?? ''
  return {
    offset: Number(offset),
    appendedAt: Number(timestamp),
    value: value ?? Buffer.alloc(0),
    type: name.slice(name.lastIndexOf('.') + 1),
    claimId: text(headers, 'claim-id'),
    subject: text(headers, 'ce_subject'),
    streamVersion: number(headers, 'stream-version'),
    commandId: text(headers, 'command-id'),
    bodyHash: text(headers, 'body-hash'),
    commandOffset: number(headers, 'command-offset'),
    commandRecords: number(headers, 'command-records'),
    causationId: text(headers, 'causation-id'),
    id: text(headers, 'ce_id'),
    time: Date.parse(text(headers, 'ce_time') ?? ''),
    deadline: number(headers, 'deadline'),
  }
}

function text(headers: StoredMessage['headers'], name: string): string | null {
  const found = headers[name]
  return found === undefined || Array.isArray(found) ? null : found.toString('latin1')
}

function number(headers: StoredMessage['headers'], name: string): number | null {
  const found = text(headers, name)
  return found === null ? null : Number(found)
}
