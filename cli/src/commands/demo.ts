import { Option } from 'commander'
import { stackDir } from '../checkout.js'
import { CommandError, type Register } from '../command.js'

interface DemoFlags {
  venue?: string
  seatId: 'guid' | 'uuid' | 'position'
  buyers: number
  seed: number
  kill: string[]
  groups?: boolean
  rush?: boolean
  visitors: number
  abandon: number
  json?: boolean
}

export const demo: Register = (program) => {
  program
    .command('demo')
    .description(
      'start everything and watch a hall sell out to 2,000 buyers; exit 1 where anything is oversold, lost or different',
    )
    .option('--venue <file>', 'a seating plan: of pretix, or our own; else a round hall of 738 seats')
    .addOption(
      new Option('--seat-id <field>', "which field of a pretix plan is a seat's id")
        .choices(['guid', 'uuid', 'position'])
        .default('guid'),
    )
    .option('--buyers <count>', 'how many people want tickets', wholeNumber, 2_000)
    .option('--seed <number>', 'who wants what, and what they do with it', wholeNumber, 1)
    .option('--kill <processes>', 'kill -9 each of these once in mid-sale: decider,command-api,projectors', list, [])
    .option(
      '--groups',
      'groups of 1 to 6 who take the best available seats, recounted: none split or orphaned needlessly',
    )
    .option('--rush', 'visitors come through a waiting room: lobby, draw, queue, admission; recounted from the log')
    .option('--visitors <count>', 'with --rush: how many come', wholeNumber, 5_000)
    .option('--abandon <share>', 'with --rush: the share of them who leave without a word', shareOf, 0.2)
    .option('--json', 'end with one JSON line')
    .action(async (flags: DemoFlags) => {
      if (flags.rush) return rush(flags)
      const began = performance.now()
      const { openDemoStack, planOfDemo, announce } = await import('../demo/around.js')
      const { runDemo } = await import('../demo/demo.js')
      const { plan, notes } = await planOfDemo(flags.venue, flags.seatId)
      const say = (line: string) => process.stderr.write(`${line}\n`)
      for (const note of notes) say(note)
      const stack = await openDemoStack(stackDir, say)
      const up = performance.now()
      const { buyers, seed, kill, groups = false } = flags
      const out = flags.json ? process.stderr : process.stdout
      const result = await runDemo({ stack, plan, buyers, seed, kill, out, groups })
      const seconds = Math.round((performance.now() - began) / 100) / 10
      announce({ result, stack, seconds, startMs: up - began, out })
      if (flags.json) {
        const { capacity, sold, free, held, oversold, answered, lost, readModelEqualsLog } = result
        const { reservePerSecond, p50Ms, p99Ms, kills } = result
        const counted = { capacity, sold, free, held, oversold, buyers, answered, lost, readModelEqualsLog, seconds }
        const measured = { reservePerSecond, p50Ms, p99Ms, ...(kill.length > 0 ? { kills: kills.length } : {}) }
        const seated = result.groups ? { groups: { ...result.groups, objections: undefined } } : {}
        process.stdout.write(`${JSON.stringify({ ...counted, ...measured, ...seated })}\n`)
      }
      if (result.objections.length > 0) process.exitCode = 1
    })
}

async function rush({ venue, seatId, visitors, abandon, seed, json }: DemoFlags): Promise<void> {
  const began = performance.now()
  const { openDemoStack, planOfDemo } = await import('../demo/around.js')
  const { announceRush, rushSummary } = await import('../demo/rush/announce-rush.js')
  const { runRush } = await import('../demo/rush/rush.js')
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const { plan, notes } = await planOfDemo(venue, seatId)
  for (const note of notes) say(note)
  const stack = await openDemoStack(stackDir, say)
  const out = json ? process.stderr : process.stdout
  const result = await runRush({ stack, plan, visitors, abandon, seed, out })
  announceRush(result, Math.round((performance.now() - began) / 100) / 10, out)
  if (json) process.stdout.write(`${JSON.stringify(rushSummary(result))}\n`)
  if (result.objections.length > 0) process.exitCode = 1
}

function shareOf(text: string): number {
  const share = Number(text)
  if (!/^(0|1|0?\.[0-9]{1,4}|1\.0{1,4})$/.test(text) || share > 1)
    throw new CommandError(`--abandon: a share from 0 to 1, not ${text}`, 2)
  return share
}

function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new CommandError(`a whole number from 1, not ${text}`, 2)
  return Number(text)
}

const killable = ['decider', 'command-api', 'projectors', 'query-api']

function list(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  const wrong = names.find((name) => !killable.includes(name))
  if (wrong !== undefined) throw new CommandError(`--kill: there is ${killable.join(', ')}, no ${wrong}`, 2)
  return names
}
