import type { SoundCommand } from './judge.js'
import type { CommandEnvelope, DecidedRecord, JournalEvent } from './records.js'
import type { DomainEvent } from './streams.js'

/** The events of an accepted command; the first of them is its answer. */
export function accepts(
  command: SoundCommand,
  now: number,
  events: readonly DomainEvent[],
  version: number,
): DecidedRecord[] {
  return events.map((event, at) => ({
    ...answer(command, now, event),
    streamVersion: version + 1 + at,
    commandRecords: at === 0 ? events.length : null,
  }))
}

export function refuses(
  command: CommandEnvelope,
  now: number,
  reason: string,
  details: string[],
  remembered: boolean,
): DecidedRecord[] {
  const { commandId, subject, callerId } = command
  const data = {
    commandId,
    commandType: command.type ?? 'unknown',
    subject,
    callerId,
    reason,
    details,
    remembered,
    decidedAt: now,
  }
  return [answer(command, now, { type: 'CommandRejected', data })]
}

export function repeats(command: SoundCommand, now: number, firstOffset: number): DecidedRecord[] {
  const { commandId, subject, callerId } = command
  const data = { commandId, commandType: command.command.type, subject, callerId, firstOffset, decidedAt: now }
  return [answer(command, now, { type: 'CommandRepeated', data })]
}

/** What time caused: no command stands behind it. */
export function falls(streamId: string, now: number, events: readonly DomainEvent[], version: number): DecidedRecord[] {
  return events.map((event, at) => ({
    event,
    subject: streamId,
    streamVersion: version + 1 + at,
    time: now,
    commandOffset: null,
    commandId: null,
    bodyHash: null,
    callerId: null,
    commandRecords: null,
  }))
}

function answer(command: CommandEnvelope, now: number, event: JournalEvent): DecidedRecord {
  return {
    event,
    subject: command.subject,
    streamVersion: null,
    time: now,
    commandOffset: command.offset,
    commandId: command.commandId,
    bodyHash: command.bodyHash,
    callerId: command.callerId,
    commandRecords: 1,
  }
}
