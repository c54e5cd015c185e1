import type { Plan } from '@onsale/domain'
import type { Clock, Random, Timers } from '@onsale/platform/ports'
import { retryContention } from '@onsale/platform/sql'
import type { Logger } from 'pino'
import { type ProjectionStore, RowBatch } from '../runtime/index.js'
import { type VenueRow, venues } from './table.js'
import { venueRow } from './venue-row.js'

export interface VenueProjectorOptions {
  store: ProjectionStore
  /** The plans topic, with the environment's prefix. */
  topic: string
  plan(planHash: string): Plan | null
  clock: Clock
  timers: Timers
  random: Random
  logger: Logger
}

interface Arrival {
  planHash: string
  offset: number
}

/**
 * A row per seating plan. Plans are content under its hash: writing one twice, or by two processes, changes nothing, so it
 * needs neither compare-and-set nor the reader rule. The checkpoint says up to where all plans are written.
 */
export class VenueProjector {
  private readonly stopping = new AbortController()
  private arrivals: Arrival[] = []
  private running: Promise<void> | null = null

  constructor(private readonly options: VenueProjectorOptions) {}

  /** A plan has become whole at this offset; to be called in the log's order. */
  arrived({ planHash, offset }: Arrival): void {
    this.arrivals.push({ planHash, offset })
    this.running ??= this.drain().finally(() => {
      this.running = null
    })
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  private async drain(): Promise<void> {
    const { timers, logger } = this.options
    const { signal } = this.stopping
    for (let pauseMs = 20; this.arrivals.length > 0 && !signal.aborted; ) {
      const some = this.arrivals.slice(0, 100)
      try {
        await this.write(some)
        this.arrivals.splice(0, some.length)
        pauseMs = 20
      } catch (error) {
        logger.warn({ err: error }, `waiting for sql: ${(error as Error).message}`)
        await timers.sleep(pauseMs, signal)
        pauseMs = Math.min(pauseMs * 2, 2_000)
      }
    }
  }

  private async write(arrivals: Arrival[]): Promise<void> {
    const { store, topic, clock } = this.options
    const rows = new RowBatch()
    for (const { planHash } of arrivals) {
      const row = this.row(planHash)
      if (row) rows.put(venues, row)
    }
    const nextOffset = (arrivals.at(-1) as Arrival).offset + 1
    const id = { projection: 'venues', version: 1, topic, partition: 0 }
    await retryContention(this.options, () =>
      store.transaction(async (transaction) => {
        await transaction.writeRows(id, rows)
        await transaction.raiseCheckpoint(id, nextOffset, clock.now())
      }),
    )
  }

  /** Null where the content is not a plan: anybody may append, and no show can be scheduled on it. */
  private row(planHash: string): VenueRow | null {
    try {
      const plan = this.options.plan(planHash)
      return plan && venueRow(planHash, plan)
    } catch (error) {
      this.options.logger.error({ err: error, planHash }, 'what is stored under this hash is not a seating plan')
      return null
    }
  }
}
