import { randomInt } from 'node:crypto'
import { availableParallelism, constants } from 'node:os'
import { join } from 'node:path'
import { Option } from 'commander'
import { root } from '../checkout.js'
import { CommandError, type Register } from '../command.js'
import type { SeedResult } from '../faults/seed-result.js'

interface FaultsFlags {
  minutes: number
  seed?: number[]
  injections?: number
  brokers: '1' | '3'
  disks?: boolean
  customers: number
  only?: string
  history?: string
  results?: string
  sum?: boolean
  json?: boolean
}

export const faults: Register = (program) => {
  program
    .command('faults')
    .description(
      'customers on a system of its own whose every part is killed, paused, restarted, cut off or delayed; exit 1 where a promise is broken',
    )
    .option('--minutes <count>', 'how long faults come, with each seed', positive('--minutes'), 10)
    .option(
      '--seed <numbers>',
      'the same faults and the same customers; comma-separated: one run each; default: another one each time',
      seeds,
    )
    .option('--injections <count>', 'end after so many faults', whole('--injections'))
    .addOption(
      new Option('--brokers <count>', 'brokers of Kafka, three with topics as deployed')
        .choices(['1', '3'])
        .default('1'),
    )
    .option('--disks', "each server's data lie on a disk of its own, which is filled now and then; needs root")
    .option('--customers <count>', 'how many at a time', whole('--customers'), 24)
    .option('--only <words>', 'only faults whose name (kill decider) has one of these, comma-separated, in it')
    .option('--history <file>', 'what the customers saw, as JSON lines; default: .onsale/faults/history-<seed>.jsonl')
    .option(
      '--results <file>',
      'adds to the runs of this file: what they did least comes first, and the end sums all up',
    )
    .option('--sum', 'only sums up what --results has')
    .option('--json', 'end with one JSON line')
    .action(async (flags: FaultsFlags) => {
      const { addResult, readResults } = await import('../faults/seed-result.js')
      const { summaryOf } = await import('../faults/report.js')
      if (flags.sum && !flags.results) throw new CommandError('--sum: of which --results?', 2)
      if (flags.history && (flags.seed?.length ?? 1) > 1) throw new CommandError('--history: of which --seed?', 2)
      const { Disks } = await import('../faults/disks.js')
      const hindrance = flags.disks ? Disks.hindrance() : null
      if (hindrance) throw new CommandError(`--disks: ${hindrance}`, 2)
      const results = flags.results ? readResults(flags.results) : []
      const say = (line: string) => void process.stderr.write(`${line}\n`)
      const stopping = stopOnSignal()
      for (const seed of flags.sum ? [] : (flags.seed ?? [randomInt(1, 1_000_000)])) {
        const result = await runSeed(seed, flags, results, stopping, say)
        if (!result) return say('interrupted: everything is ended')
        results.push(result)
        if (flags.results) addResult(flags.results, result)
      }
      await print(results, flags.json ? process.stderr : process.stdout)
      const summary = summaryOf(results)
      if (flags.json) process.stdout.write(`${JSON.stringify(summary)}\n`)
      if (summary.violations.length > 0) process.exitCode = 1
    })
}

/** @returns null where a signal has ended it */
async function runSeed(
  seed: number,
  flags: FaultsFlags,
  earlier: readonly SeedResult[],
  stopping: AbortController,
  say: (line: string) => void,
): Promise<SeedResult | null> {
  const { runFaults } = await import('../faults/run-faults.js')
  const { machineNow, seedResult } = await import('../faults/report.js')
  const { coveredBy } = await import('../faults/seed-result.js')
  const { nameOf } = await import('../faults/plan-faults.js')
  const folder = join(root, '.onsale/faults')
  const words = flags.only?.split(',')
  const historyFile = flags.history ?? join(folder, `history-${seed}.jsonl`)
  const keepIn = join(folder, `seed-${seed}`)
  const settings = { seed, minutes: flags.minutes, brokers: Number(flags.brokers) }
  const machine = machineNow(availableParallelism())
  say(`seed ${seed}`)
  const outcome = await runFaults({
    ...{ ...settings, injections: flags.injections ?? null, customers: flags.customers, disks: flags.disks ?? false },
    ...{ before: coveredBy(earlier), historyFile, keepIn, say, signal: stopping.signal },
    ...(words ? { only: (fault) => words.some((word) => nameOf(fault).includes(word)) } : {}),
  }).catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error
    process.exitCode = 128 + constants.signals[stopping.signal.reason as NodeJS.Signals]
    return null
  })
  if (!outcome) return null
  const kept = outcome.findings.length > 0 ? `, data and logs in ${keepIn}` : ''
  say(`seed ${seed}: ${outcome.findings.length} violations; history in ${historyFile}${kept}`)
  return seedResult(settings, machine, outcome)
}

async function print(results: readonly SeedResult[], out: NodeJS.WriteStream): Promise<void> {
  const { coverageTable, timesTable, worstTable } = await import('../faults/report.js')
  const all = results.flatMap((result) => result.faults)
  const violations = results.flatMap((result) => result.violations)
  out.write(`${timesTable(all)}\n\ntimes\n${coverageTable(all)}\n`)
  out.write(`\nlongest without an answer, ms: commands of one partition; reads\n${worstTable(all)}\n`)
  for (const violation of violations.slice(0, 50)) out.write(`✗ ${violation}\n`)
  if (violations.length > 50) out.write(`✗ and ${violations.length - 50} more\n`)
  const sum = (of: 'commands' | 'acknowledged' | 'unknown' | 'reads' | 'finalReads' | 'ignoredStale') =>
    results.reduce((total, result) => total + result[of], 0)
  out.write(
    `${results.length} runs, ${all.length} faults, ${sum('commands')} commands, ${sum('acknowledged')} acknowledged, ${sum('unknown')} unknown, ` +
      `${sum('reads')} reads, ${sum('finalReads')} reservations read at the end, ${sum('ignoredStale')} stale records ignored: ` +
      `${violations.length} violations\n`,
  )
}

/** The first signal asks to end; what is under way is healed. */
function stopOnSignal(): AbortController {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      process.stderr.write(`${signal}: healing and ending everything …\n`)
      stopping.abort(signal)
    })
  return stopping
}

const whole = (flag: string) => (text: string) => {
  if (!/^[0-9]{1,9}$/.test(text)) throw new CommandError(`${flag}: a whole number, not ${text}`, 2)
  return Number(text)
}

const seeds = (text: string): number[] => text.split(',').map(whole('--seed'))

const positive = (flag: string) => (text: string) => {
  if (!(Number(text) > 0 && Number(text) <= 1_440))
    throw new CommandError(`${flag}: minutes up to 1440, not ${text}`, 2)
  return Number(text)
}
