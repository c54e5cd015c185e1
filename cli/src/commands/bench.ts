import { type Command, InvalidArgumentError } from 'commander'
import { CommandError, type Register } from '../command.js'

interface ReserveFlags {
  json?: boolean
  seconds: number
  rounds: number
  connections: number[]
  shows: number
  running?: boolean
}

interface FailoverFlags {
  json?: boolean
  events: number
  sizes: number[]
  kills: number
  handOvers: number
  cold: number
}

interface OverloadFlags {
  json?: boolean
  seconds: number
  peakSeconds: number
  times: number
  connections: number[]
  shows: number
}

interface QueueFlags {
  json?: boolean
  seconds: number
  rounds: number
  connections: number
  streams: number
  entries: number
}

/** How a measurement gets on; what it found goes to standard output. */
const say = (line: string) => process.stderr.write(`${line}\n`)

const inLines = (summary: object) =>
  Object.entries(summary)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')

export const bench: Register = (program) => {
  const verb = program
    .command('bench')
    .description(
      'measure: reserving against its peers, choosing seats, a partition changing hands, or everything with a report',
    )
  bestAvailable(verb)
  reserve(verb)
  failover(verb)
  rebuild(verb)
  operate(verb)
  all(verb)
  overload(verb)
  eta(verb)
  queue(verb)
}

function bestAvailable(verb: Command): void {
  verb
    .command('best-available')
    .description('choosing seats in halls of 738, 2,500 and 50,000, and the state of a full house')
    .option('--json', 'end with one JSON line')
    .option('--rounds <count>', 'so many sold-out houses of each size', count, 5)
    .action(async ({ json, rounds }: { json?: boolean; rounds: number }) => {
      const { runBestAvailable } = await import('../bench/best-available.js')
      const { halls, tables } = await runBestAvailable(rounds)
      show(tables, json, { bench: 'best-available', node: process.version, halls })
    })
}

function reserve(verb: Command): void {
  withSettings(verb.command('reserve'))
    .description('accepted reservations a second, ours and by SQL and Redis, in turn, on servers of their own')
    .action(async ({ json, running = false, ...settings }: ReserveFlags) => {
      const { runReserve } = await import('../bench/reserve.js')
      const { summary, outcome, tables } = await runReserve({ settings, running, say })
      show(tables, json, summary)
      const { oversold, lost } = outcome.counted
      if (oversold + lost > 0) throw new CommandError(`oversold ${oversold}, lost ${lost}`)
    })
}

function failover(verb: Command): void {
  verb
    .command('failover')
    .description(
      'from kill -9 of a partition’s owner, and from its SIGTERM, to the first command that the next one answers',
    )
    .option('--json', 'end with one JSON line')
    .option('--events <count>', 'records in its journal', events, 1_000_000)
    .option('--sizes <list>', 'smaller journals, measured on the way', sizes, [10_000, 100_000])
    .option('--kills <count>', 'at that size', count, 20)
    .option('--hand-overs <count>', 'at that size', count, 10)
    .option('--cold <count>', 'of each, with nobody standing by', count, 3)
    .action(async ({ json, ...settings }: FailoverFlags) => {
      const { runFailover } = await import('../bench/failover.js')
      const { summary, tables } = await runFailover(settings, say)
      show(tables, json, summary)
      if (summary.lost + summary.doubled > 0) throw new CommandError(`lost ${summary.lost}, doubled ${summary.doubled}`)
    })
}

function rebuild(verb: Command): void {
  verb
    .command('rebuild')
    .description('the largest read model from a long log, against upserts and consuming alone, on servers of its own')
    .option('--events <count>', 'how long the log is', events, 1_000_000)
    .option('--json', 'end with one JSON line')
    .action(async ({ json, events: count }: { json?: boolean; events: number }) => {
      const { runRebuild } = await import('../bench/rebuild/run-rebuild.js')
      const summary = await runRebuild(count, say)
      show(inLines(summary), json, summary)
      if (!summary.equal) throw new CommandError('the rebuilt version is not what the one before is')
    })
}

function operate(verb: Command): void {
  verb
    .command('operate')
    .description('a steady sale while read models are rebuilt, switched and gone back from, and Redis is wiped')
    .option('--json', 'end with one JSON line')
    .option('--per-second <count>', 'requests that are due', count, 200)
    .option('--seconds <count>', 'of each measurement', seconds, 10)
    .option('--rounds <count>', 'how often all of that is done', count, 3)
    .action(async ({ json, ...settings }: { json?: boolean; perSecond: number; seconds: number; rounds: number }) => {
      const { runOperate } = await import('../bench/operate.js')
      const summary = await runOperate(settings, say)
      show(inLines(summary), json, summary)
      const { failedReads, readsBackwards } = summary
      if (failedReads + readsBackwards > 0)
        throw new CommandError(`${failedReads} reads failed, ${readsBackwards} went backwards`)
    })
}

function all(verb: Command): void {
  withSettings(verb.command('all'))
    .description(
      'best-available, rebuild and reserve, a short failover and overload; writes a report with a chart, compared with the one before, into .onsale/bench',
    )
    .action(async ({ json, running = false, ...settings }: ReserveFlags) => {
      const { runAll } = await import('../bench/all.js')
      const { markdown, changes, tables } = await runAll({ settings, running, say })
      const better = changes?.map(
        ({ bench: name, figure, before, now, unit, timesBetter }) =>
          `${name}: ${figure} ${before} → ${now} ${unit} (${timesBetter ?? '–'} times better)`,
      )
      const since = better
        ? ['', 'since the report before:', ...better]
        : ['', 'there is no report before of this machine']
      show([tables, ...since].join('\n'), json, { report: markdown, changes })
      if (!json) process.stdout.write(`${markdown}\n`)
    })
}

function withSettings(command: Command): Command {
  return command
    .option('--json', 'end with one JSON line')
    .option('--seconds <count>', 'of each measurement', seconds, 2)
    .option('--rounds <count>', 'how often everybody is measured', count, 3)
    .option('--connections <list>', 'how many ask at a time', list, [16, 64, 256, 512])
    .option('--shows <count>', 'how many shows the load is spread over, to be compared with one', count, 32)
    .option('--running', 'use the stack that is up; what it holds already is measured with it')
}

function overload(verb: Command): void {
  verb
    .command('overload')
    .description('the peak, then several times as much, then normal load again: what is served, shed, lost')
    .option('--json', 'end with one JSON line')
    .option('--seconds <count>', 'of the overload', seconds, 60)
    .option('--peak-seconds <count>', 'of each measurement of the peak', seconds, 6)
    .option('--times <count>', 'the overload is so many times the peak', seconds, 3)
    .option('--connections <list>', 'how many ask at a time for the peak', list, [128, 256, 512])
    .option('--shows <count>', 'how many shows the load is spread over', count, 8)
    .action(async ({ json, ...flags }: OverloadFlags) => {
      const { runOverload } = await import('../bench/overload.js')
      const { seconds: overloadSeconds, peakSeconds, times, connections, shows } = flags
      const { summary, objections } = await runOverload({
        settings: { overloadSeconds, peakSeconds, times, connections, shows },
        say,
      })
      for (const objection of objections) process.stderr.write(`✗ ${objection}\n`)
      const { peakPerSecond, goodputPerSecond, shed, recoverySeconds } = summary
      const share = Math.round((goodputPerSecond / peakPerSecond) * 100)
      show(
        `${goodputPerSecond}/s served under ${times} times the peak of ${peakPerSecond}/s (${share} %), ${shed} turned away; ` +
          `normal again after ${recoverySeconds} s`,
        json,
        summary,
      )
      if (objections.length > 0) process.exitCode = 1
    })
}

function queue(verb: Command): void {
  verb
    .command('queue')
    .description(
      'joining a waiting room against reserving, polls against a no-op, streams held, and one room with a million who wait',
    )
    .option('--json', 'end with one JSON line')
    .option('--seconds <count>', 'of each measurement', seconds, 3)
    .option('--rounds <count>', 'how often each is measured', count, 3)
    .option('--connections <count>', 'how many ask at a time', count, 128)
    .option('--streams <count>', 'connections to be held, and customers', events, 10_000)
    .option('--entries <count>', 'in the one room', events, 1_000_000)
    .action(async ({ json, ...settings }: QueueFlags) => {
      const { runQueue } = await import('../bench/queue/run-queue.js')
      const summary = await runQueue(settings, say)
      show(inLines(summary), json, summary)
    })
}

function eta(verb: Command): void {
  verb
    .command('eta')
    .description('what visitors of a waiting room are told, against how long they wait, in simulated time')
    .option('--json', 'end with one JSON line')
    .option('--seed <number>', 'of the arrivals', count, 1)
    .action(async ({ json, seed }: { json?: boolean; seed: number }) => {
      const { benchEta, etaTable } = await import('@onsale/bench')
      const { patterns, ...all } = benchEta(seed)
      show(etaTable(patterns), json, { bench: 'eta', ...all, patterns })
      if (all.withinP90 < 0.9) throw new CommandError(`${all.withinP90} of the forecasts held, 0.9 are promised`)
    })
}

function show(tables: string, json: boolean | undefined, summary: object): void {
  ;(json ? process.stderr : process.stdout).write(`${tables}\n`)
  if (json) process.stdout.write(`${JSON.stringify(summary)}\n`)
}

function count(text: string): number {
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw new InvalidArgumentError('A whole number from 1.')
  return Number(text)
}

function events(text: string): number {
  if (!/^[1-9][0-9]{2,7}$/.test(text)) throw new InvalidArgumentError('A whole number from 100 to 99,999,999.')
  return Number(text)
}

const sizes = (text: string): number[] => (text === 'none' ? [] : text.split(',').map((each) => events(each.trim())))

function seconds(text: string): number {
  if (!/^([1-9][0-9]{0,2}|0)(\.[0-9]{1,2})?$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError('A number above 0.')
  return Number(text)
}

const list = (text: string): number[] => text.split(',').map((each) => count(each.trim()))
