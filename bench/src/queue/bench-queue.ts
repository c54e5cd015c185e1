import { readFileSync } from 'node:fs'
import type { Stack } from '@onsale/infra'
import { LoadGenerator } from '../load/load-generator.js'
import type { LoadJob, LoadResult } from '../load/load-job.js'
import { area, reserveBody, type Shop } from '../reserve/ours.js'
import { HeldStreams } from './held-streams.js'
import { NoopOrigin } from './noop-origin.js'

export interface QueueBenchSettings {
  seconds: number
  rounds: number
  connections: number
  streams: number
}

export interface QueueShop extends Shop {
  /** A waiting room of the show that is open by then and admits next to nobody. */
  room(showId: string): Promise<void>
}

export interface QueueOutcome {
  joinsPerSecond: number
  reservesPerSecond: number
  joinsVsReserve: number
  pollsPerSecond: number
  noopPerSecond: number
  pollsVsNoop: number
  /** CPU of query API, of each poll, µs. */
  pollCpuMicros: number
  sseHeld: number
  sseKiBEach: number
}

const warmUpMs = 500
const heldMs = 5_000

/** Joining against reserving, polling against a no-op, and connections that are held, on a stack that is up. */
export async function benchQueue({
  stack,
  shop,
  settings,
  say,
}: {
  stack: Stack
  shop: QueueShop
  settings: QueueBenchSettings
  say(line: string): void
}): Promise<QueueOutcome> {
  const { connection } = stack
  const load = LoadGenerator.start()
  const tokens = await shop.tokens(settings.streams)
  const services = await stack.status()
  const urlOf = (name: string) => services.find((it) => it.name === name)?.url as string
  const commandApi = urlOf('command-api')
  const pid = stack.pid('query-api') as number
  let jobs = 0
  const run = (
    job: Pick<LoadJob, 'url' | 'bodies' | 'accepted'> & Partial<LoadJob>,
    measureMs = settings.seconds * 1_000,
  ) =>
    load.run({
      ...{ tokens, keyPrefix: `q${jobs++}-`, connections: settings.connections, perSecond: null, warmUpMs, measureMs },
      ...{ processes: { 'query-api': [pid] }, ...job },
    })
  const noop = { origin: null as NoopOrigin | null }
  try {
    const newRoom = async () => {
      const [showId] = (await shop.shows(1, area)) as [string]
      await shop.room(showId)
      return showId
    }
    const join = async (showId: string) =>
      run({ url: `${commandApi}/api/queue/${showId}/enter`, bodies: ['{}'], accepted: 200 })
    const reserve = async () => {
      const [showId] = (await shop.shows(1, area)) as [string]
      return run({ url: `${commandApi}/api/tickets/reserve`, bodies: [reserveBody(showId)], accepted: 201 })
    }
    await reserve()
    await join(await newRoom())
    const joins: LoadResult[] = []
    const reserves: LoadResult[] = []
    for (let round = 0; round < settings.rounds; round += 1) {
      const showId = await newRoom()
      if (round % 2 === 0) joins.push(await join(showId))
      reserves.push(await reserve())
      if (round % 2 === 1) joins.push(await join(showId))
      say(
        `joins ${joins.at(-1)?.perSecond}/s, reservations ${reserves.at(-1)?.perSecond}/s ${complaints(joins.at(-1))}`,
      )
    }

    const showId = await newRoom()
    while ((await everybody(`${commandApi}/api/queue/${showId}/enter`, tokens)) < tokens.length) say('joining again')
    const status = `${connection.origin}/api/queue/${showId}/status`
    const bytes = await answered(status, tokens.at(-1) as string)
    noop.origin = await NoopOrigin.start(connection.dir, connection.variables, bytes)
    const poll = () => run({ url: status, bodies: [''], accepted: 200, method: 'GET' })
    const nothing = () =>
      run({ url: `${noop.origin?.url}/api/queue/x/status`, bodies: [''], accepted: 200, method: 'GET' })
    await poll()
    await nothing()
    const polls: LoadResult[] = []
    const nothings: LoadResult[] = []
    for (let round = 0; round < settings.rounds; round += 1) {
      if (round % 2 === 0) polls.push(await poll())
      nothings.push(await nothing())
      if (round % 2 === 1) polls.push(await poll())
      say(`polls ${polls.at(-1)?.perSecond}/s, no-op ${nothings.at(-1)?.perSecond}/s ${complaints(polls.at(-1))}`)
    }

    const before = residentKiB(pid)
    const streams = new HeldStreams(new URL(`${urlOf('query-api')}/api/queue/${showId}/stream`), tokens)
    await streams.open()
    await new Promise((resolve) => setTimeout(resolve, heldMs))
    const sseHeld = streams.held
    const sseKiBEach = (residentKiB(pid) - before) / Math.max(1, sseHeld)
    say(`${sseHeld} of ${tokens.length} streams are held`)
    streams.close()

    const [joined, reserved, polled, nooped] = [joins, reserves, polls, nothings].map(median) as [
      number,
      number,
      number,
      number,
    ]
    return {
      ...{ joinsPerSecond: joined, reservesPerSecond: reserved, joinsVsReserve: ratio(joined, reserved) },
      ...{ pollsPerSecond: polled, noopPerSecond: nooped, pollsVsNoop: ratio(polled, nooped) },
      pollCpuMicros: polls.map(({ cpuMicros }) => cpuMicros['query-api'] as number).sort((a, b) => a - b)[0] ?? 0,
      ...{ sseHeld, sseKiBEach: Math.round(sseKiBEach * 10) / 10 },
    }
  } finally {
    noop.origin?.stop()
    load.stop()
  }
}

/** So many of them have a place now. */
async function everybody(url: string, tokens: readonly string[]): Promise<number> {
  let joined = 0
  const left = [...tokens.entries()]
  const one = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      const headers = {
        ...{ authorization: `Bearer ${next[1]}`, 'content-type': 'application/json' },
        'idempotency-key': `all-${next[0]}`,
      }
      const answer = await fetch(url, { method: 'POST', headers, body: '{}' })
      await answer.arrayBuffer()
      if (answer.status === 200) joined += 1
    }
  }
  await Promise.all(Array.from({ length: 128 }, one))
  return joined
}

/** Bytes of the body, once there is one. */
async function answered(url: string, token: string): Promise<number> {
  for (;;) {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    const text = await answer.text()
    if (answer.status === 200) return text.length
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const residentKiB = (pid: number) =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)

const median = (results: readonly LoadResult[]) => {
  const sorted = results.map(({ perSecond }) => perSecond).sort((a, b) => a - b)
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)
}
const ratio = (a: number, b: number) => Math.round((a / Math.max(1, b)) * 100) / 100
const complaints = (result: LoadResult | undefined) =>
  Object.keys(result?.others ?? {}).length > 0 ? `(${JSON.stringify(result?.others)} ${result?.complaint})` : ''
