import type { Timers } from '@onsale/platform/ports'
import { MysqlReplica } from '@onsale/platform/read-model'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import type { Logger } from 'pino'
import type { QueryMetrics } from '../metrics.js'
import { type CheckpointPlace, checkpointPlaces } from './checkpoint-places.js'
import { runtimeTables, tablesOf } from './read-model.js'
import { type Replication, replicationOf } from './replication.js'

const everyMs = 1_000

/** Looks at the replica now and then: whether it answers, has the tables, and follows its primary. */
export class ReplicaMonitor {
  private readonly stopping = new AbortController()
  private running: Promise<void> | null = null
  private places: readonly CheckpointPlace[] = []
  private reasons = ['starting: waiting for the replica']

  constructor(
    private readonly pool: Pool,
    private readonly timers: Timers,
    private readonly logger: Logger,
    private readonly metrics: QueryMetrics,
    /** The journals, with the environment's prefix, each with what stands before the numbers of its partitions in metrics. */
    private readonly journals: ReadonlyMap<string, string>,
  ) {}

  /** What stands in the way of serving: empty where nothing does. */
  get unready(): string[] {
    return this.reasons
  }

  /** Offset up to which readers were shown the read model in the partition when the replica was looked at last (exclusive). */
  shown(projection: string, partition: number): number {
    return this.places.find((it) => it.projection === projection && it.partition === partition)?.nextOffset ?? 0
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
      this.reasons = await this.look().catch((error: Error) => {
        this.metrics.replica(false, null)
        return [`waiting for the replica: ${error.message}`]
      })
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
    this.places = await checkpointPlaces(this.pool, [...this.journals.keys()])
    this.metrics.checkpoints(this.places, this.journals)
    const replication: Replication = await replicationOf(this.pool)
    this.metrics.replica(replication.running, replication.behindSeconds)
    // Without a primary every replica says so: readers would have none at all, where old answers are what they are promised.
    return replication.running || replication.retrying ? [] : [`replication has stopped: ${replication.detail}`]
  }
}
