import { CommandError } from '../command.js'

/** Whose commands: those of shows, or those of their waiting rooms. */
export type CommandsOf = 'reservation' | 'queue'

/** Where a command lay in the commands topic of which. */
export interface CommandAt {
  of: CommandsOf
  partition: number
  offset: number
}

/** What an operator means: a command by where it lay (`1/42`, of a waiting room `queue/1/42`), or a stream by its id. */
export type ParkedName = { kind: 'command'; place: CommandAt } | { kind: 'stream'; stream: string }

/** @throws CommandError (2) */
export function parkedName(text: string): ParkedName {
  const command = /^(queue\/)?(0|[1-9][0-9]{0,3})\/(0|[1-9][0-9]{0,15})$/.exec(text)
  if (command) {
    const [, queue, partition, offset] = command
    const of = queue === undefined ? 'reservation' : 'queue'
    return { kind: 'command', place: { of, partition: Number(partition), offset: Number(offset) } }
  }
  if (text.includes('/') || text.trim() === '')
    throw new CommandError(
      `partition/offset of a command (1/42, queue/1/42), or the id of a stream, not ${text || 'nothing'}`,
      2,
    )
  return { kind: 'stream', stream: text }
}

/** As `parkedName` reads it. */
export const placeName = ({ of, partition, offset }: CommandAt) =>
  `${of === 'queue' ? 'queue/' : ''}${partition}/${offset}`

/** An opaque id or a code: it is kept for ever. @throws CommandError (2) */
export const operatorId = (text: string) =>
  matching(text, /^[A-Za-z0-9_-]{1,64}$/, '--by: 1 to 64 of A-Z, a-z, 0-9, _ and -')
export const reasonCode = (text: string) =>
  matching(text.slice(0, 65), /^[a-z0-9]+(?:-[a-z0-9]+)*$/, '--why: a code such as not-ours, 64 characters at most')
export const eventOffset = (text: string) =>
  Number(matching(text, /^(?:0|[1-9][0-9]{0,15})$/, '--offset: the offset of an event, a whole number'))

function matching(text: string, pattern: RegExp, rule: string): string {
  if (!pattern.test(text) || text.length > 64) throw new CommandError(`${rule}; not ${text}`, 2)
  return text
}
