import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding } from './check/findings.js'
import type { Customers } from './customers.js'
import type { FaultsStack } from './faults-stack.js'
import type { History } from './history.js'
import { type Injection, Nemesis } from './nemesis.js'
import { combinations, type Fault, nameOf, plannedFaults } from './plan-faults.js'
import { fullyReplicated, servedSince, until } from './recovery.js'
import type { Timeline } from './timeline.js'

export interface FaultLoopOptions {
  system: FaultsStack
  history: History
  timeline: Timeline
  customers: Customers
  /** What has to be answered for the system to count as serving: `commands 0`, …, `reads`, `rooms 0`, `admissions 0`, …. */
  keys: { commands: readonly string[]; reads: readonly string[]; rooms: readonly string[] }
  seed: number
  /** How often each was done in earlier runs: what was done least comes first. */
  before: ReadonlyMap<string, number>
  /** Ms of the history. */
  until: number
  injections: number | null
  only: (fault: Pick<Fault, 'kind' | 'target'>) => boolean
  signal: AbortSignal
  say(line: string): void
}

/** One that counts, with the longest times without an answer around it, ms. */
export interface Counted extends Injection {
  noCommandsMs: number
  noReadsMs: number
  /** From its beginning until the next one could begin, ms. */
  cycleMs: number
}

/** After a fault is mended the system has to serve again within this, ms. */
const serveWithinMs = 90_000
/** What may be mended while the next fault comes: its loss is meant to be noticed by nobody. */
const mendsAside = new Set(['registry', 'redis-primary', 'redis-replica'])
const breathMs = 300

/** One fault after the other, each while customers are served, and the next when they are served again. */
export async function loopFaults(options: FaultLoopOptions): Promise<{ counted: Counted[]; findings: Finding[] }> {
  const { system, history, timeline, customers, keys, signal, say } = options
  const nemesis = new Nemesis({ ...system, history, inFlight: () => customers.inFlight, signal })
  const all = combinations(system.targets).filter(options.only)
  const counted: Counted[] = []
  const findings: Finding[] = []
  const aside = new Map<string, Promise<void>>()
  const every = [...keys.commands, ...keys.reads, ...keys.rooms]
  const serving = async (since: number, what: string) => {
    const again = await until(() => servedSince(timeline, every, since), serveWithinMs, signal)
    if (again || signal.aborted) return
    const silent = every.filter((key) => (timeline.last(key) ?? -1) <= since)
    findings.push({
      kind: 'not-serving',
      about: what,
      detail: `no answer of ${silent.join(', ')} in ${serveWithinMs} ms`,
    })
  }
  for (const fault of plannedFaults(all, options.seed, options.before)) {
    if (
      signal.aborted ||
      history.now() > options.until ||
      counted.length >= (options.injections ?? Number.POSITIVE_INFINITY)
    )
      break
    await aside.get(fault.target)
    await until(() => customers.inFlight > 0, serveWithinMs, signal)
    if (signal.aborted) break
    const { injection, mended } = await nemesis.inject(fault)
    if (mendsAside.has(fault.target)) aside.set(fault.target, mended)
    else {
      await mended
      if (system.brokers.length > 1 && system.brokers.includes(fault.target))
        await until(() => fullyReplicated(system.stack), serveWithinMs, signal)
    }
    await serving(history.now(), nameOf(fault))
    const gap = (of: readonly string[]) => Math.round(timeline.worstGap(of, injection.at, history.now()))
    const cycleMs = Math.round(history.now() - injection.at)
    const one = { ...injection, noCommandsMs: gap(keys.commands), noReadsMs: gap(keys.reads), cycleMs }
    // Of what is mended aside the effect may be seen later.
    const counts = () => (injection.observed ?? '') !== '' && injection.inFlight > 0
    void mended.then(
      () => Object.assign(one, { observed: injection.observed, mendedAfterMs: injection.mendedAfterMs }),
      () => {},
    )
    if (counts() || mendsAside.has(fault.target)) counted.push(one)
    else
      say(`${nameOf(fault)}: not counted (${injection.inFlight} in flight, ${injection.observed ?? 'no effect seen'})`)
    say(lineOf(one, counted.length))
    await sleep(breathMs)
  }
  for (const mended of aside.values()) await mended
  return { counted: counted.filter(({ observed, inFlight }) => observed !== null && inFlight > 0), findings }
}

const lineOf = (
  { kind, target, at, inFlight, observed, mendedAfterMs, noCommandsMs, noReadsMs, cycleMs }: Counted,
  count: number,
) =>
  `${(at / 1_000).toFixed(1)} s #${count} ${kind} ${target}: ${observed ?? 'mending'}, ${inFlight} in flight, ` +
  `mended after ${(mendedAfterMs / 1_000).toFixed(1)} s, without commands ${noCommandsMs} ms, reads ${noReadsMs} ms, ` +
  `served again after ${(cycleMs / 1_000).toFixed(1)} s`
