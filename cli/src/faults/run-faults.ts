import { setTimeout as sleep } from 'node:timers/promises'
import { partitionOf } from './caller.js'
import { checkRun } from './check/check-run.js'
import type { Finding } from './check/findings.js'
import { Customers } from './customers.js'
import { type Counted, loopFaults } from './fault-loop.js'
import { type FaultsStack, startFaultsStack } from './faults-stack.js'
import { type CommandOperation, History } from './history.js'
import { hall, openRooms, openShows } from './open-shows.js'
import type { Fault } from './plan-faults.js'
import { allReady, servedSince, until } from './recovery.js'
import { Timeline } from './timeline.js'
import { Visitors } from './visitors.js'

export interface FaultsOptions {
  seed: number
  minutes: number
  /** Ends earlier, after so many injections. */
  injections: number | null
  brokers: number
  /** Each server has its data on a disk of its own, which is filled now and then. */
  disks?: boolean
  customers: number
  /** How long a hold lasts: what an unknown command holds comes back after that, and the end waits for it. */
  holdSeconds?: number
  historyFile: string
  /** Where data and logs go if anything is found. */
  keepIn: string
  /** Which faults; default: every kind on every target. */
  only?: (fault: Pick<Fault, 'kind' | 'target'>) => boolean
  /** How often each was done in earlier runs: what was done least comes first. */
  before?: ReadonlyMap<string, number>
  /** Ends it: everything is healed, stopped and removed. */
  signal: AbortSignal
  say(line: string): void
}

export interface FaultsResult {
  counted: Counted[]
  commands: number
  acknowledged: number
  unknown: number
  reads: number
  finalReads: number
  ignoredStale: number
  findings: Finding[]
}

/** How long a customer goes on for the answer to one command, ms. */
const patienceMs = 20_000
const readyWithinMs = 180_000
/** One visitor of a waiting room for so many customers of shows without. */
const visitorsShare = 2

/**
 * A system of its own, customers, and faults; then everything is healed, and what the customers saw is held against the log, and the
 * read models too. @throws where it can't be started, or the signal aborts
 */
export async function runFaults(options: FaultsOptions): Promise<FaultsResult> {
  const system = await startFaultsStack({ brokers: options.brokers, disks: options.disks ?? false }, options.say)
  let keep: string | undefined = options.keepIn
  try {
    options.signal.throwIfAborted()
    const result = await runOn(system, options)
    if (result.findings.length === 0) keep = undefined
    return result
  } catch (error) {
    if (options.signal.aborted) keep = undefined
    throw error
  } finally {
    await system.heal()
    await system.end(keep)
  }
}

async function runOn(system: FaultsStack, options: FaultsOptions): Promise<FaultsResult> {
  const { signal, say, seed } = options
  const { connection } = system.stack
  const holdSeconds = options.holdSeconds ?? 10
  const shows = await openShows(connection, { partitions: 2, each: 2, holdSeconds })
  const rooms = await openRooms(connection, { partitions: 2, holdSeconds })
  const history = new History(options.historyFile)
  const timeline = new Timeline()
  const customers = await Customers.open({
    ...{ connection, plan: hall, shows, count: options.customers, seed, patienceMs, history, timeline },
  })
  const count = Math.ceil(options.customers / visitorsShare)
  const visitors = new Visitors({ customers, rooms, count, seed, history, timeline })
  const keys = {
    commands: [...new Set(shows.map((id) => `commands ${partitionOf(id)}`))],
    reads: ['reads'],
    rooms: rooms.flatMap((id) => [`rooms ${partitionOf(id)}`, `admissions ${partitionOf(id)}`]),
  }
  try {
    customers.start()
    visitors.start()
    const every = [...keys.commands, ...keys.reads, ...keys.rooms]
    if (!(await until(() => servedSince(timeline, every, 0), readyWithinMs, signal)))
      throw new Error('the customers are not served before anything was done to the system')
    const end = history.now() + options.minutes * 60_000
    const { counted, findings } = await Promise.race([
      loopFaults({
        ...{ system, history, timeline, customers, keys, seed, until: end, signal, say },
        ...{ injections: options.injections, only: options.only ?? (() => true) },
        before: options.before ?? new Map(),
      }),
      customers.failed,
      visitors.failed,
    ])
    signal.throwIfAborted()
    await system.heal()
    say('healed; the customers finish what they are about')
    await Promise.all([customers.stop(), visitors.stop()])
    if (!(await until(() => allReady(system.stack), readyWithinMs, signal)))
      findings.push({ kind: 'not-quiet', about: 'the system', detail: 'not everything is ready again' })
    signal.throwIfAborted()
    const reader = await customers.staffReader()
    const checked = await checkRun(connection, history.operations, reader, say)
    const commands = history.operations.filter((one): one is CommandOperation => one.kind === 'command')
    return {
      counted,
      commands: commands.length,
      acknowledged: commands.filter(({ outcome, taken }) => outcome === 'ok' || outcome === 'fail' || taken).length,
      unknown: commands.filter(({ outcome }) => outcome === 'unknown').length,
      reads: history.operations.length - commands.length,
      finalReads: checked.finalReads,
      ignoredStale: checked.audit.ignoredStale,
      findings: [...findings, ...checked.findings],
    }
  } finally {
    // Whoever waits for an answer that won't come is not waited for.
    await Promise.race([
      Promise.allSettled([customers.stop(), visitors.stop()]),
      sleep(patienceMs, undefined, { ref: false }),
    ])
    await customers.close()
    await history.close()
  }
}
