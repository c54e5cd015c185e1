import { acceptedForMs, packKey } from '../idempotency/idempotency.js'
import type { PackedKey } from '../idempotency/key-ring.js'
import { showIdPattern } from '../ids.js'
import type { CommandEnvelope } from './records.js'
import type { DomainCommand, Streams } from './streams.js'

/** An envelope whose identity is whole, and a command of the stream that is its subject. */
export interface SoundCommand extends CommandEnvelope {
  commandId: string
  bodyHash: string
  subject: string
  key: PackedKey
  command: DomainCommand
}

/** The command in an envelope; or which of its parts makes it malformed. The value's fields are as the schema says: the codec saw to that. */
export function readCommand(
  envelope: CommandEnvelope,
  streams: Pick<Streams, 'knows'>,
): SoundCommand | { malformed: string } {
  const { type, data, subject, commandId, bodyHash } = envelope
  if (data === null || data === undefined) return { malformed: 'value' }
  if (type === null || !streams.knows(type)) return { malformed: 'type' }
  const key = commandId !== null && bodyHash !== null && packKey(commandId, bodyHash)
  if (!key) return { malformed: 'command-id' }
  if (subject === null || !showIdPattern.test(subject)) return { malformed: 'subject' }
  const command = { type, data } as DomainCommand
  if (command.data.showId !== subject) return { malformed: 'subject' }
  return { ...envelope, commandId: commandId!, bodyHash: bodyHash!, subject, key, command }
}

/** UTC ms after which a command must not be executed: its own deadline, and never later than its key would be remembered. */
export function latestExecution(envelope: CommandEnvelope): number {
  return Math.min(envelope.deadline ?? Number.POSITIVE_INFINITY, envelope.appendedAt + acceptedForMs)
}
