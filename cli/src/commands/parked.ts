import type { ParkedCommand } from '@onsale/decider'
import type { ParkedStream } from '@onsale/projectors'
import Table from 'cli-table3'
import { CommandError, type Register } from '../command.js'
import type { FoundCommand, ParkedDesk } from '../parked/parked-desk.js'
import { eventOffset, operatorId, parkedName, placeName, reasonCode } from '../parked/parked-name.js'

export const parked: Register = (program) => {
  const group = program
    .command('parked')
    .description('what could not be read or applied and waits for a person: list, show, redrive, drop')

  group
    .command('list')
    .description('commands and streams that are parked')
    .option('--all', 'also the commands that were redriven or dropped')
    .option('--json', 'one JSON object')
    .action(({ all, json }: { all?: boolean; json?: boolean }) =>
      atDesk(async (desk) => {
        const { commands, streams, unknown } = await desk.list(all ?? false)
        if (json) return say(JSON.stringify({ commands: commands.map(plain), streams, unknown }))
        if (unknown) say(`what is parked in Redis is not known: ${unknown}`)
        else if (commands.length + streams.length === 0) return say('nothing is parked')
        if (commands.length > 0) say(commandTable(commands))
        if (streams.length > 0) say(streamTable(streams))
      }),
    )

  const named = (verb: string, description: string) =>
    group
      .command(verb)
      .description(description)
      .argument(
        '<what>',
        "a command as list names it (partition/offset, of a waiting room queue/partition/offset), or a stream's id",
      )
      .option('--projection <name>', 'of a stream: in this projection only')

  named('show', 'all that is known of it, values included, as JSON').action(
    (what: string, { projection }: { projection?: string }) =>
      atDesk(async (desk) => {
        const name = parkedName(what)
        if (name.kind === 'stream') return say(pretty(await desk.showStream({ stream: name.stream, projection })))
        const { command, unreadable, data } = await desk.showCommand(name.place)
        say(pretty({ ...plain(command), readableNow: unreadable === null, unreadable, data }))
      }),
  )

  named('redrive', 'try again: a command is appended once more, a stream is applied in order')
    .option('--by <id>', 'who decides', operatorId, 'local-operator')
    .action((what: string, { projection, by }: { projection?: string; by: string }) =>
      atDesk(async (desk) => {
        const name = parkedName(what)
        if (name.kind === 'stream') return left(await desk.redriveStream({ stream: name.stream, projection }, by))
        const { offset, answer } = await desk.redriveCommand(name.place, by)
        say(`${what} is command ${placeName({ ...name.place, offset })} now: ${answer ?? 'no answer yet'}`)
        if (answer === null || answer.startsWith('CommandRejected')) process.exitCode = 1
      }),
    )

  named('drop', 'go on without it; the decision is kept')
    .requiredOption('--why <code>', 'as a code: not-ours, duplicate', reasonCode)
    .option('--offset <offset>', 'of a stream: the first parked event, the one to drop', eventOffset)
    .option('--by <id>', 'who decides', operatorId, 'local-operator')
    .action((what: string, { projection, offset, by, why }: DropOptions) =>
      atDesk(async (desk) => {
        const name = parkedName(what)
        if (name.kind === 'command') {
          await desk.dropCommand(name.place, { by, why })
          return say(`${what} is dropped: ${why}`)
        }
        if (offset === undefined) throw new CommandError('--offset: which event of the stream (parked show)', 2)
        const { dropped, left: remaining } = await desk.dropEvent({ stream: name.stream, projection }, offset, {
          by,
          why,
        })
        for (const event of dropped) say(`${event.projection}: dropped ${event.name ?? 'a record'} at ${event.offset}`)
        left(remaining)
      }),
    )
}

interface DropOptions {
  projection?: string
  offset?: number
  by: string
  why: string
}

async function atDesk(work: (desk: ParkedDesk) => Promise<void>): Promise<void> {
  const { ParkedDesk } = await import('../parked/parked-desk.js')
  const { runningStack } = await import('../running-stack.js')
  const desk = await ParkedDesk.open(runningStack().connection)
  try {
    await work(desk)
  } finally {
    await desk.close()
  }
}

function left(streams: ParkedStream[]): void {
  if (streams.length === 0) say('applied: nothing of it is parked any more')
  else process.exitCode = 1
  for (const { projection, stream, reason, detail, firstOffset, events } of streams)
    say(`${projection}: ${stream} is parked still at ${firstOffset}, ${events} events: ${reason} (${detail})`)
}

/** Bytes as base64, so that they can be looked at and kept. */
const plain = ({ value, headers, ...command }: ParkedCommand & { of?: string }) => ({
  ...command,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, it]) => [name, Array.isArray(it) ? it.map(text) : text(it)]),
  ),
  value: value?.toString('base64') ?? null,
})
const text = (value: Buffer | string) => value.toString()

const style = { head: [], border: [], compact: true }
const iso = (ms: number) => new Date(ms).toISOString()

function commandTable(commands: FoundCommand[]): string {
  const table = new Table({ head: ['command', 'reason', 'key', 'bytes', 'appended', 'decision'], style })
  for (const { of, partition, offset, reason, key, value, appendedAt, decision } of commands)
    table.push([
      placeName({ of, partition, offset }),
      reason,
      key ?? '-',
      value?.length ?? 0,
      iso(appendedAt),
      decision ? `${decision.kind} by ${decision.by}` : '-',
    ])
  return table.toString()
}

function streamTable(streams: ParkedStream[]): string {
  const table = new Table({ head: ['stream', 'projection', 'reason', 'events', 'first at', 'since', 'tries'], style })
  for (const { stream, projection, reason, events, partition, firstOffset, parkedAt, attempts } of streams)
    table.push([stream, projection, reason, events, `${partition}/${firstOffset}`, iso(parkedAt), attempts])
  return table.toString()
}

const pretty = (value: unknown) => JSON.stringify(value, (_, it) => (typeof it === 'bigint' ? `${it}` : it), 2)

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
