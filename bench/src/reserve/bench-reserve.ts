import type { Stack } from '@onsale/infra'
import { LoadGenerator } from '../load/load-generator.js'
import type { LoadResult } from '../load/load-job.js'
import type { PeerName } from '../peers/peer-names.js'
import { PeerServer } from '../peers/peer-server.js'
import { LagWatch } from './lag-watch.js'
import type { Counted, Measured, SideName, SqlPeer } from './measured.js'
import { type Answered, area, recount, reserveBody, reserveUrl, type Shop } from './ours.js'
import {
  customers,
  longestWarmUpMs,
  openLoopConnections,
  openLoopRate,
  poolSizes,
  type ReserveSettings,
} from './settings.js'

export interface BenchReserveOptions {
  stack: Stack
  /** mysql://root:… of the stack's primary. */
  administratorUrl: string
  shop: Shop
  settings: ReserveSettings
  say(line: string): void
}

export interface ReserveOutcome {
  measured: Measured[]
  counted: Counted
  /** Connections in each peer's pool: the best of those that were tried. */
  pools: Record<SqlPeer, number>
}

const sqlPeers = ['forUpdate', 'conditional', 'procedure'] as const satisfies SqlPeer[]
const patienceMs = 60_000

/** Measures everybody in turn, and ours again and again in between: see docs/performance.md. */
export async function benchReserve(options: BenchReserveOptions): Promise<ReserveOutcome> {
  const { variables } = options.stack.connection
  const peers = await PeerServer.start({ variables, administratorUrl: options.administratorUrl })
  const lag = await LagWatch.open(variables)
  const load = LoadGenerator.start()
  try {
    const bench = new ReserveBench(options, peers, lag, load, await options.shop.tokens(customers))
    return await bench.run()
  } finally {
    load.stop()
    await lag.close()
    await peers.stop()
  }
}

class ReserveBench {
  private readonly measured: Measured[] = []
  private readonly answered: Answered[] = []
  private pools: Record<SqlPeer, number> = { forUpdate: 0, conditional: 0, procedure: 0 }
  private jobs = 0

  constructor(
    private readonly options: BenchReserveOptions,
    private readonly peers: PeerServer,
    private readonly lag: LagWatch,
    private readonly load: LoadGenerator,
    private readonly tokens: string[],
  ) {}

  async run(): Promise<ReserveOutcome> {
    const { settings, stack } = this.options
    await this.warmUp()
    await this.choosePools()
    for (let round = 0; round < settings.rounds; round += 1) {
      for (const connections of settings.connections) await this.everybody(round, connections)
      await this.ours('oursOpenLoop', round, openLoopConnections)
      await this.writePathOnly(round)
    }
    await this.lag.caughtUp(patienceMs)
    return {
      measured: this.measured,
      counted: await recount(stack.connection.variables, this.answered),
      pools: this.pools,
    }
  }

  /** All sides at one number of connections; who begins changes from round to round. */
  private async everybody(round: number, connections: number): Promise<void> {
    const sides: (() => Promise<void>)[] = [
      () => this.ours('ours', round, connections),
      ...([1, 2] as const).flatMap((flush) =>
        sqlPeers.map((peer) => () => this.peer(`${peer}/${flush}`, peer, flush, round, connections)),
      ),
      () => this.peer('redis', 'redis', 1, round, connections),
      ...(connections === this.spreadAt ? [() => this.ours('oursSpread', round, connections)] : []),
    ]
    const first = round % sides.length
    for (const side of [...sides.slice(first), ...sides.slice(0, first)]) await side()
  }

  /** One and many shows are compared at 256 connections, or at the next best that is measured. */
  private get spreadAt(): number {
    const { connections } = this.options.settings
    return connections.includes(256) ? 256 : (connections.at(-1) as number)
  }

  private async ours(side: SideName, round: number, connections: number): Promise<void> {
    const shows = await this.options.shop.shows(side === 'oursSpread' ? this.options.settings.shows : 1, area)
    await this.lag.caughtUp(patienceMs)
    const watched = side !== 'oursWritePathOnly'
    if (watched) this.lag.begin()
    const result = await this.load1({
      url: await reserveUrl(this.options.stack),
      bodies: shows.map(reserveBody),
      connections,
      perSecond: side === 'oursOpenLoop' ? openLoopRate : null,
    })
    this.answered.push({ shows, accepted: result.acceptedInAll })
    const lag = watched ? { worstMs: await this.lag.end(), caughtUpMs: await this.lag.caughtUp(patienceMs) } : null
    this.note({ side, connections, round, result, lag })
  }

  /** The projectors are held for as long as that takes, and then catch up, unmeasured. */
  private async writePathOnly(round: number): Promise<void> {
    const { stack, settings } = this.options
    const { connections: levels } = settings
    const connections = levels[round % levels.length] as number
    const those =
      settings.rounds >= levels.length ? [connections] : levels.filter((_, at) => at % settings.rounds === round)
    for (const level of those) {
      const shows = await this.options.shop.shows(1, area)
      await this.lag.caughtUp(patienceMs)
      stack.kill('projectors', 'SIGSTOP')
      try {
        await this.withoutProjectors(round, level, shows)
      } finally {
        stack.kill('projectors', 'SIGCONT')
      }
    }
  }

  private async withoutProjectors(round: number, connections: number, shows: string[]): Promise<void> {
    const url = await reserveUrl(this.options.stack)
    const result = await this.load1({ url, bodies: shows.map(reserveBody), connections, perSecond: null })
    this.answered.push({ shows, accepted: result.acceptedInAll })
    this.note({ side: 'oursWritePathOnly', connections, round, result, lag: null })
  }

  private async peer(side: SideName, peer: PeerName, flush: 1 | 2, round: number, connections: number) {
    await this.peers.flushAtCommit(flush)
    const pool = peer === 'redis' ? 1 : this.pools[peer]
    const result = await this.askPeer(peer, pool, connections)
    await this.peers.flushAtCommit(1)
    this.note({ side, connections, round, result, lag: null })
  }

  private async askPeer(peer: PeerName, pool: number, connections: number, measureMs?: number): Promise<LoadResult> {
    const showId = `show-${this.jobs}`
    await this.peers.addArea(showId, area.id, area.capacity)
    const url = this.peers.urlOf(peer, pool)
    return this.load1({ url, bodies: [reserveBody(showId)], connections, perSecond: null, measureMs })
  }

  /** Everybody's code is compiled before anything counts. */
  private async warmUp(): Promise<void> {
    const shows = await this.options.shop.shows(1, area)
    const url = await reserveUrl(this.options.stack)
    await this.load1({
      url,
      bodies: shows.map(reserveBody),
      connections: 128,
      perSecond: null,
      measureMs: this.share(3),
    })
    await this.lag.caughtUp(patienceMs)
    await this.askPeer('redis', 1, 64, this.share(0.5))
  }

  private async choosePools(): Promise<void> {
    for (const peer of sqlPeers) {
      const tried = new Map<number, number>()
      for (const size of poolSizes) tried.set(size, (await this.askPeer(peer, size, 64, this.share(0.5))).perSecond)
      const [[best]] = [...tried].sort(([, a], [, b]) => b - a) as [[number, number]]
      this.pools[peer] = best
      this.options.say(
        `${peer}: pool of ${best} (${[...tried].map(([size, rate]) => `${size}: ${rate}/s`).join(', ')})`,
      )
    }
  }

  private load1(job: {
    url: string
    bodies: string[]
    connections: number
    perSecond: number | null
    measureMs?: number | undefined
  }): Promise<LoadResult> {
    this.jobs += 1
    return this.load.run({
      ...job,
      tokens: this.tokens,
      keyPrefix: `${process.pid}-${this.jobs}-`,
      warmUpMs: Math.min(longestWarmUpMs, this.share(0.2)),
      measureMs: job.measureMs ?? this.share(1),
      accepted: 201,
      processes: this.processes,
    })
  }

  /** So many measurements' time, ms. */
  private share(of: number): number {
    return this.options.settings.seconds * of * 1_000
  }

  private get processes(): Record<string, number[]> {
    const { stack } = this.options
    const names = [
      'command-api',
      'decider',
      'projectors',
      'kafka',
      'mysql-primary',
      'mysql-replica',
      'redis-primary',
      'redis-replica',
    ]
    const ofStack = names.map((name) => [name, [stack.pid(name) ?? 0]] as const)
    return { ...Object.fromEntries(ofStack), peers: [this.peers.pid], client: [this.load.pid] }
  }

  private note(one: Measured): void {
    this.measured.push(one)
    const { side, connections, round, result, lag } = one
    const behind = lag
      ? `, read models ≤ ${lag.worstMs.toFixed(0)} ms behind, caught up in ${lag.caughtUpMs.toFixed(0)} ms`
      : ''
    const others =
      Object.keys(result.others).length > 0 ? `, others ${JSON.stringify(result.others)} ${result.complaint}` : ''
    this.options.say(
      `round ${round + 1}: ${side} at ${connections}: ${result.perSecond}/s, p50 ${result.p50Ms} ms, p99 ${result.p99Ms} ms${behind}${others}`,
    )
  }
}
