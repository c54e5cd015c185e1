import { randomUUID } from 'node:crypto'
import type { Stack } from '@onsale/infra'
import { area, reserveBody, type Shop } from '../reserve/ours.js'
import { OverloadClient } from './overload-client.js'
import type { OverloadJob, PhaseResult } from './phase.js'
import { recoverySeconds } from './recovery.js'

export interface OverloadSettings {
  /** How long the peak and the overload last, s. */
  peakSeconds: number
  overloadSeconds: number
  /** The overload is so many times the peak. */
  times: number
  /** How many ask at a time when the peak is measured. */
  connections: number[]
  shows: number
}

export interface OverloadOptions {
  stack: Stack
  shop: Shop
  settings: OverloadSettings
  say(line: string): void
}

export interface OverloadOutcome {
  peakPerSecond: number
  offeredPerSecond: number
  goodputPerSecond: number
  shed: number
  recoverySeconds: number
  phases: PhaseResult[]
  /** Idempotency keys, which are correlation ids too, of what was acknowledged (201, 202). */
  acknowledged: Set<string>
  taken: Set<string>
  /** Processes that are not the ones that they were, or that are not ready at the end. */
  crashed: string[]
}

/** Customers, of whom each has a token: enough that no single one stands out. */
const customers = 2_000
/** What is normal: half of the peak. */
const normalShare = 0.5
const normalSeconds = 8
const afterSeconds = 15

/** Through the origin: the peak in a closed loop, normal load, an open loop at a multiple of the peak, and normal load again. */
export async function benchOverload({ stack, shop, settings, say }: OverloadOptions): Promise<OverloadOutcome> {
  const pids = await pidsOf(stack)
  const shows = await shop.shows(settings.shows, area)
  const prefix = `overload-${randomUUID().slice(0, 8)}-`
  const client = new OverloadClient()
  const acknowledged = new Set<string>()
  const taken = new Set<string>()
  let jobs = 0
  const run = async (more: Pick<OverloadJob, 'phases' | 'connections'>) => {
    const keyPrefix = `${prefix}${++jobs}-`
    const result = await client.run({
      ...{
        url: `${stack.connection.origin}/api/tickets/reserve`,
        tokens,
        bodies: shows.map(reserveBody),
        keyPrefix,
        ...more,
      },
    })
    for (const number of result.acknowledged) acknowledged.add(`${keyPrefix}${number}`)
    for (const number of result.taken) taken.add(`${keyPrefix}${number}`)
    for (const phase of result.phases) say(lineOf(phase))
    return result.phases
  }
  const tokens = await shop.tokens(customers)
  try {
    const peaks: PhaseResult[] = []
    for (const connections of settings.connections) {
      const [, measured] = await run({
        connections,
        phases: [
          { name: 'warm-up', seconds: 2, perSecond: null },
          { name: `peak, ${connections} at a time`, seconds: settings.peakSeconds, perSecond: null },
        ],
      })
      peaks.push(measured as PhaseResult)
    }
    const peak = Math.max(...peaks.map(({ acceptedPerSecond }) => acceptedPerSecond))
    const normal = Math.round(peak * normalShare)
    const phases = await run({
      // Enough that nobody waits for a connection while answers come within half a second.
      connections: Math.min(4_000, Math.ceil(peak * settings.times * 0.5)),
      phases: [
        { name: 'normal load', seconds: normalSeconds, perSecond: normal },
        { name: 'overload', seconds: settings.overloadSeconds, perSecond: peak * settings.times },
        { name: 'normal load again', seconds: afterSeconds, perSecond: normal },
      ],
    })
    const [before, overload, after] = phases as [PhaseResult, PhaseResult, PhaseResult]
    say(`median by quarter seconds before: ${mediansOf(before)}; after: ${mediansOf(after)}`)
    const now = await pidsOf(stack)
    return {
      peakPerSecond: peak,
      offeredPerSecond: overload.sentPerSecond,
      goodputPerSecond: overload.acceptedPerSecond,
      shed: overload.shed,
      recoverySeconds: recoverySeconds(before, after),
      phases: [...peaks, ...phases],
      acknowledged,
      taken,
      crashed: [...pids].flatMap(([name, pid]) => (now.get(name) === pid ? [] : [name])),
    }
  } finally {
    client.stop()
  }
}

async function pidsOf(stack: Stack): Promise<Map<string, number | null>> {
  const processes = await stack.status()
  return new Map(processes.map(({ name, pid }) => [name, pid]))
}

const mediansOf = ({ windows }: PhaseResult) => windows.map(({ p50Ms }) => Math.round(p50Ms)).join(' ')

const lineOf = ({
  name,
  seconds,
  sentPerSecond,
  acceptedPerSecond,
  shed,
  failed,
  unsent,
  p50Ms,
  p99Ms,
  complaint,
}: PhaseResult) =>
  `${name}: ${seconds.toFixed(1)} s, ${sentPerSecond}/s sent, ${acceptedPerSecond}/s accepted, ${shed} shed, ${failed} failed, ` +
  `${unsent} not sent, p50 ${p50Ms} ms, p99 ${p99Ms} ms${complaint ? ` (${complaint})` : ''}`
