import type { Clock, Timers } from '@onsale/platform/ports'
import type { Pool } from 'mysql2/promise'
import type { Logger } from 'pino'
import type { CheckpointId, ProjectionObserver } from '../runtime/index.js'

export const sampleMs = 10_000
/** An hour. */
export const samplesKept = 360

interface Place {
  id: CheckpointId
  nextOffset: number
  endOffset: number
}

/**
 * Keeps how every checkpoint went: where it stood against the log's end, each ten seconds of the last hour. All processes write into the same
 * ring; the one that is furthest is believed.
 */
export class CheckpointHistory {
  private readonly places = new Map<string, Place>()
  private readonly stopping = new AbortController()
  private running: Promise<void> | null = null

  constructor(
    private readonly pool: Pool,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.running ??= this.run()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  watching(observer: ProjectionObserver): ProjectionObserver {
    return {
      ...observer,
      position: (id, nextOffset, endOffset) => {
        this.places.set(`${id.projection}/${id.version}/${id.partition}`, { id, nextOffset, endOffset })
        observer.position(id, nextOffset, endOffset)
      },
    }
  }

  private async run(): Promise<void> {
    while (await this.timers.sleep(sampleMs, this.stopping.signal))
      await this.sample().catch((error: Error) =>
        this.logger.warn({ err: error }, `how the checkpoints went cannot be kept: ${error.message}`),
      )
  }

  /** Of versions that are still there. */
  async sample(): Promise<void> {
    const at = this.clock.now()
    const slot = Math.floor(at / sampleMs) % samplesKept
    const began = at - (at % sampleMs)
    for (const { id, nextOffset, endOffset } of this.places.values())
      await this.pool.query(
        `INSERT INTO projection_history (projection, version, partition_no, slot, at, next_offset, end_offset)
         SELECT projection, version, ?, ?, ?, ?, ? FROM projection_version
         WHERE projection = ? AND version = ? AND state IN ('building', 'live')
         ON DUPLICATE KEY UPDATE
           next_offset = IF(at >= ?, GREATEST(projection_history.next_offset, VALUES(next_offset)), VALUES(next_offset)),
           end_offset = IF(at >= ?, GREATEST(projection_history.end_offset, VALUES(end_offset)), VALUES(end_offset)),
           at = VALUES(at)`,
        [id.partition, slot, at, nextOffset, endOffset, id.projection, id.version, began, began],
      )
  }
}
