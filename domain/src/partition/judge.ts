import { acceptedForMs, packKey } from '../idempotency/idempotency.js'
import type { PackedKey } from '../idempotency/key-ring.js'
import { showIdPattern } from '../ids.js'
import type { ShowCommand } from '../show/commands.js'
import type { CommandEnvelope } from './records.js'

const showCommands: ReadonlySet<string> = new Set<ShowCommand['type']>([
  'ScheduleShow',
  'HoldSeats',
  'ReleaseHold',
  'CancelReservation',
  'ConfirmReservation',
])

/** An envelope whose identity is whole, and a command of the show that is its subject. */
export interface SoundCommand extends CommandEnvelope {
  commandId: string
  bodyHash: string
  subject: string
  key: PackedKey
  command: ShowCommand
}

/** The command in an envelope; or which of its parts makes it malformed. The value's fields are as the schema says: the codec saw to that. */
export function readCommand(envelope: CommandEnvelope): SoundCommand | { malformed: string } {
  const { type, data, subject, commandId, bodyHash } = envelope
  if (data === null || data === undefined) return { malformed: 'value' }
  if (type === null || !showCommands.has(type)) return { malformed: 'type' }
  const key = commandId !== null && bodyHash !== null && packKey(commandId, bodyHash)
  if (!key) return { malformed: 'command-id' }
  if (subject === null || !showIdPattern.test(subject)) return { malformed: 'subject' }
  const command = { type, data } as ShowCommand
  if (command.data.showId !== subject) return { malformed: 'subject' }
  return { ...envelope, commandId: commandId!, bodyHash: bodyHash!, subject, key, command }
}

/** UTC ms after which a command must not be executed: its own deadline, and never later than its key would be remembered. */
export function latestExecution(envelope: CommandEnvelope): number {
  return Math.min(envelope.deadline ?? Number.POSITIVE_INFINITY, envelope.appendedAt + acceptedForMs)
}
