import type { RowDataPacket } from 'mysql2/promise'
import type { ProjectorEnvironment } from './environment.js'
import type { PartitionProjector } from './partition-projector.js'
import { type ReadAgain, redrive } from './redrive.js'

const everyMs = 500

/** Looks at what is parked: says so to whoever measures it, and redrives what an operator asked for. */
export class ParkedWatch {
  private readonly underway = new Map<PartitionProjector, Promise<void>>()
  private running: Promise<void> | null = null

  constructor(
    private readonly projectors: readonly PartitionProjector[],
    private readonly topic: string,
    private readonly env: ProjectorEnvironment,
    private readonly readAgain: ReadAgain,
    private readonly signal: AbortSignal,
  ) {}

  start(): void {
    this.running ??= this.run()
  }

  /** To be awaited after the signal has aborted. */
  async stopped(): Promise<void> {
    await this.running
    await Promise.all(this.underway.values())
  }

  private async run(): Promise<void> {
    do {
      await this.look().catch((error: Error) =>
        this.env.logger.warn({ err: error }, `what is parked cannot be read: ${error.message}`),
      )
    } while (await this.env.timers.sleep(everyMs, this.signal))
  }

  private async look(): Promise<void> {
    const streams = await this.rows('SELECT *, redrive_at IS NOT NULL AS wanted FROM parked_stream WHERE topic = ?')
    const events = await this.rows(counting('parked_event'))
    const dropped = await this.rows(counting('dropped_event'))
    for (const projector of this.projectors) {
      const { id } = projector
      const own = (row: RowDataPacket) =>
        row.projection === id.projection && row.version === id.version && row.partition_no === id.partition
      const mine = streams.filter(own)
      this.env.observer.parked(id, {
        streams: mine.length,
        events: events.find(own)?.count ?? 0,
        missing: mine.reduce((sum, { missing }) => sum + missing, 0),
        dropped: dropped.find(own)?.count ?? 0,
      })
      const wanted = mine.filter((row) => row.wanted).map(({ stream }) => stream as string)
      if (wanted.length > 0) this.redrive(projector, wanted)
    }
  }

  /** In the background: a log that does not answer must not hide what is parked elsewhere. */
  private redrive(projector: PartitionProjector, streams: string[]): void {
    if (this.underway.has(projector)) return
    const { env, readAgain, signal } = this
    const all = async () => {
      for (const stream of streams) await redrive(projector, stream, env, readAgain, signal)
    }
    const underway = all()
      .catch((error: Error) =>
        env.logger.error(
          { err: error, ...projector.id },
          `the redrive failed, it will be tried again: ${error.message}`,
        ),
      )
      .finally(() => this.underway.delete(projector))
    this.underway.set(projector, underway)
  }

  private async rows(sql: string): Promise<RowDataPacket[]> {
    return (await this.env.pool.query<RowDataPacket[]>(sql, [this.topic]))[0]
  }
}

const counting = (table: string) =>
  `SELECT projection, version, partition_no, COUNT(*) AS count FROM ${table} WHERE topic = ? GROUP BY projection, version, partition_no`
