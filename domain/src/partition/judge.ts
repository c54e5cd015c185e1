import { acceptedForMs, packKey } from '../idempotency/idempotency.js'
import type { PackedKey } from '../idempotency/key-ring.js'
import { showIdPattern } from '../ids.js'
import type { ShowCommand } from '../show/commands.js'
import type { CommandEnvelope } from './records.js'

/** Every command of a show, held complete by the compiler. */
const showCommands: { [Type in ShowCommand['type']]: true } = {
  ScheduleShow: true,
  HoldSeats: true,
  ExtendHold: true,
  ChangeSeats: true,
  ReleaseHold: true,
  CancelReservation: true,
  ConfirmReservation: true,
  PublishShow: true,
  PauseSales: true,
  ResumeSales: true,
  RescheduleShow: true,
  WithdrawPlaces: true,
  AddPlaces: true,
  ChangePlan: true,
  CancelShow: true,
}

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
  if (type === null || !Object.hasOwn(showCommands, type)) return { malformed: 'type' }
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
