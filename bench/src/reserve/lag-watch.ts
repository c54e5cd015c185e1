import { createKafka, logEnds, topicNames } from '@onsale/platform/log'
import { openPool } from '@onsale/platform/sql'
import type { Admin } from 'kafkajs'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import { pino } from 'pino'
import { type EndSeen, lagMs, noteEnd } from './lag.js'

const lookEveryMs = 200
/** As old as a lag may become and still be told. */
const rememberedMs = 120_000

/** How far the read models on the replica are behind the journal, looked at five times a second. */
export class LagWatch {
  private readonly ends = new Map<number, EndSeen[]>()
  private readonly next = new Map<number, number>()
  private timer: NodeJS.Timeout | null = null
  private looking: Promise<void> = Promise.resolve()
  private worst = 0

  private constructor(
    private readonly admin: Admin,
    private readonly pool: Pool,
    private readonly topic: string,
  ) {}

  static async open(variables: Record<string, string>): Promise<LagWatch> {
    const brokers = (variables.ONSALE_KAFKA_BROKERS as string).split(',')
    const admin = createKafka({ brokers, clientId: 'bench' }, pino({ level: 'silent' })).admin()
    await admin.connect()
    const pool = openPool({ url: variables.ONSALE_SQL_REPLICA_URL as string, connections: 1 })
    const watch = new LagWatch(admin, pool, topicNames(variables.ONSALE_ENV as string).events)
    await watch.look()
    return watch
  }

  /** Looks from now on. */
  begin(): void {
    this.worst = 0
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look())
    }, lookEveryMs)
  }

  /** Looks no more. @returns the greatest lag since it began, ms */
  async end(): Promise<number> {
    if (this.timer) clearInterval(this.timer)
    await this.looking
    return this.worst
  }

  /** Waits until everything in the log is in the read models. @returns how long it took, ms; infinite where it takes longer than that */
  async caughtUp(withinMs: number): Promise<number> {
    const began = performance.now()
    do {
      await this.look()
      if (this.behind() === 0) return performance.now() - began
      await new Promise((resolve) => setTimeout(resolve, 20))
    } while (performance.now() - began < withinMs)
    return Number.POSITIVE_INFINITY
  }

  async close(): Promise<void> {
    await this.end()
    await Promise.all([this.admin.disconnect(), this.pool.end()])
  }

  private async look(): Promise<void> {
    // The read model first: what is appended between the two looks counts as lag, never the other way round.
    const [rows] = await this.pool.query<RowDataPacket[]>(
      'SELECT partition_no, MIN(next_offset) AS next FROM projection_checkpoint WHERE topic = ? GROUP BY partition_no',
      [this.topic],
    )
    for (const { partition_no, next } of rows) this.next.set(partition_no, next)
    const ends = await logEnds(this.admin, this.topic)
    const at = performance.now()
    for (const [partition, { end }] of ends) {
      const seen = this.ends.get(partition) ?? []
      noteEnd(seen, end, at, rememberedMs)
      this.ends.set(partition, seen)
    }
    this.worst = Math.max(this.worst, this.behind(at))
  }

  private behind(now = performance.now()): number {
    return Math.max(0, ...[...this.ends].map(([partition, seen]) => lagMs(seen, this.next.get(partition) ?? 0, now)))
  }
}
