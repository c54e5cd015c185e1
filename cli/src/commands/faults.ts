import { randomInt } from 'node:crypto'
import { constants } from 'node:os'
import { join } from 'node:path'
import { Option } from 'commander'
import { root } from '../checkout.js'
import { CommandError, type Register } from '../command.js'

interface FaultsFlags {
  minutes: number
  seed?: number
  injections?: number
  brokers: '1' | '3'
  customers: number
  only?: string
  history?: string
  json?: boolean
}

export const faults: Register = (program) => {
  program
    .command('faults')
    .description(
      'customers on a system of its own whose every part is killed, paused, restarted, cut off or delayed; exit 1 where a promise is broken',
    )
    .option('--minutes <count>', 'how long faults come', positive('--minutes'), 10)
    .option(
      '--seed <number>',
      'the same faults and the same customers; default: another one each time',
      whole('--seed'),
    )
    .option('--injections <count>', 'end after so many faults', whole('--injections'))
    .addOption(
      new Option('--brokers <count>', 'brokers of Kafka, three with topics as deployed')
        .choices(['1', '3'])
        .default('1'),
    )
    .option('--customers <count>', 'how many at a time', whole('--customers'), 24)
    .option('--only <words>', 'only faults whose name (kill decider) has one of these, comma-separated, in it')
    .option('--history <file>', 'what the customers saw, as JSON lines; default: .onsale/faults/history-<seed>.jsonl')
    .option('--json', 'end with one JSON line')
    .action(async (flags: FaultsFlags) => {
      const { runFaults } = await import('../faults/run-faults.js')
      const { summaryOf, tableOf } = await import('../faults/report.js')
      const { nameOf } = await import('../faults/plan-faults.js')
      const seed = flags.seed ?? randomInt(1, 1_000_000)
      const folder = join(root, '.onsale/faults')
      const words = flags.only?.split(',')
      const historyFile = flags.history ?? join(folder, `history-${seed}.jsonl`)
      const keepIn = join(folder, `seed-${seed}`)
      const say = (line: string) => void process.stderr.write(`${line}\n`)
      say(`seed ${seed}`)
      const stopping = stopOnSignal()
      const result = await runFaults({
        ...{ seed, minutes: flags.minutes, injections: flags.injections ?? null, brokers: Number(flags.brokers) },
        ...{ customers: flags.customers, historyFile, keepIn, say, signal: stopping.signal },
        ...(words ? { only: (fault) => words.some((word) => nameOf(fault).includes(word)) } : {}),
      }).catch((error: unknown) => {
        if (!stopping.signal.aborted) throw error
        process.exitCode = 128 + constants.signals[stopping.signal.reason as NodeJS.Signals]
        return null
      })
      if (!result) return say('interrupted: everything is ended')
      const out = flags.json ? process.stderr : process.stdout
      const { findings, counted, commands, acknowledged, unknown, reads, finalReads, ignoredStale } = result
      out.write(`${tableOf(counted)}\n`)
      for (const { kind, about, detail } of findings.slice(0, 50)) out.write(`✗ ${kind}: ${about}: ${detail}\n`)
      if (findings.length > 50) out.write(`✗ and ${findings.length - 50} more\n`)
      out.write(
        `${counted.length} faults, ${commands} commands, ${acknowledged} acknowledged, ${unknown} unknown, ${reads} reads, ` +
          `${finalReads} reservations read at the end, ${ignoredStale} stale records ignored: ${findings.length} violations\n` +
          `seed ${seed}, history in ${historyFile}${findings.length > 0 ? `, data and logs in ${keepIn}` : ''}\n`,
      )
      if (flags.json) process.stdout.write(`${JSON.stringify(summaryOf(result))}\n`)
      if (findings.length > 0) process.exitCode = 1
    })
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

const positive = (flag: string) => (text: string) => {
  if (!(Number(text) > 0 && Number(text) <= 1_440))
    throw new CommandError(`${flag}: minutes up to 1440, not ${text}`, 2)
  return Number(text)
}
