import type { Clock, Timers } from '@onsale/platform/ports'
import { MysqlReplica } from '@onsale/platform/read-model'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import type { Logger } from 'pino'
import { Gauge, type Registry } from 'prom-client'
import { runtimeTables, tablesOf } from './read-model.js'
import { type Replication, replicationOf } from './replication.js'

const everyMs = 1_000

/** Looks at the replica now and then: whether it answers, has the tables, and follows its primary. */
export class ReplicaMonitor {
  private readonly stopping = new AbortController()
  private running: Promise<void> | null = null
  private reasons = ['starting: waiting for the replica']
  private readonly checkpointAge: Gauge<'projection'>
  private readonly behind: Gauge

  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
    registry: Registry,
  ) {
    this.checkpointAge = new Gauge({
      name: 'onsale_replica_checkpoint_age_seconds',
      help: "Age of the projection's newest checkpoint on the replica: lag, or a time without events",
      labelNames: ['projection'] as const,
      registers: [registry],
    })
    this.behind = new Gauge({
      name: 'onsale_replica_behind_seconds',
      help: 'How far the replica says that it is behind its primary; absent where we may not ask',
      registers: [registry],
    })
  }

  /** What stands in the way of serving: empty where nothing does. */
  get unready(): string[] {
    return this.reasons
  }

  start(): void {
    this.running ??= this.run()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  private async run(): Promise<void> {
    do {
      const before = this.reasons
      this.reasons = await this.look().catch((error: Error) => [`waiting for the replica: ${error.message}`])
      if (this.reasons.join() !== before.join())
        this.logger.info({ reasons: this.reasons }, this.reasons[0] ?? 'the replica can be read')
    } while (await this.timers.sleep(everyMs, this.stopping.signal))
  }

  private async tables(): Promise<string[]> {
    const [rows] = await this.pool.query<RowDataPacket[]>(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
    )
    return rows.map(({ name }) => name)
  }

  private async look(): Promise<string[]> {
    const tables = new Set(await this.tables())
    const areThere = (all: readonly string[]) => all.every((table) => tables.has(table))
    if (!areThere(runtimeTables) || !areThere(tablesOf(await new MysqlReplica(this.pool).checkpoints())))
      return ['waiting for the tables of the read models']
    const [ages] = await this.pool.query<RowDataPacket[]>(
      `SELECT projection, MAX(updated_at) AS updated_at FROM projection_checkpoint
       JOIN projection_serving USING (projection, version) GROUP BY projection`,
    )
    for (const { projection, updated_at } of ages)
      this.checkpointAge.set({ projection }, Math.max(0, this.clock.now() - updated_at) / 1_000)
    const replication: Replication = await replicationOf(this.pool)
    if (replication.behindSeconds !== null) this.behind.set(replication.behindSeconds)
    return replication.running ? [] : [`replication has stopped: ${replication.detail}`]
  }
}
