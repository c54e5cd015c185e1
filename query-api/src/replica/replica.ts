import { type Position, ProblemError } from '@onsale/platform/http'
import type { TopicNames } from '@onsale/platform/log'
import type { Clock } from '@onsale/platform/ports'
import { inSnapshot, isNotMigrated, isRefused, isServerAway } from '@onsale/platform/sql'
import type { Connection, Pool } from 'mysql2/promise'
import { CheckpointWatch } from './checkpoint-watch.js'
import { Checkpoints } from './checkpoints.js'
import type { ReadModel } from './read-model.js'

export interface ReplicaOptions {
  pool: Pool
  watch: CheckpointWatch
  topics: Pick<TopicNames, 'events' | 'plans'>
  clock: Clock
  /** Longest wait for a position, ms. */
  positionWaitMs: number
  /** A read that had to wait for its position, or did so in vain. */
  onWait?(waitedMs: number, shown: boolean): void
}

export interface ReadRequest<Result> {
  models: readonly ReadModel[]
  /** What the answer must show; null: whatever is there. */
  position: Position | null
  /** The partition whose position the answer is to carry; null: none. Where the result says so, a function of it. */
  partition: number | null | ((result: Result) => number | null)
}

export interface Read<Result> {
  result: Result
  /** What the answer shows of the partition asked for; null where that is nothing yet. */
  position: Position | null
}

export const notYetProjected = (detail: string) =>
  new ProblemError(503, 'not-yet-projected', detail, { headers: { 'retry-after': '1' } })

/** The read models as the replica has them. */
export class Replica {
  constructor(private readonly options: ReplicaOptions) {}

  /**
   * Runs `query` where the models show the position asked for: checkpoints and rows are of one state of the replica.
   * @throws ProblemError 503 where the position does not come in time or the replica is away; 400 for a position of another log
   */
  async read<Result>(
    request: ReadRequest<Result>,
    query: (connection: Connection) => Promise<Result>,
  ): Promise<Read<Result>> {
    const { models, position, partition } = request
    const { pool, watch, topics, clock, positionWaitMs, onWait } = this.options
    if (position && position.topic !== topics.events && position.topic !== topics.plans)
      throw new ProblemError(400, 'invalid-input', 'The position is one of another log.', {
        errors: [{ field: 'position', rule: 'position-of-this-log' }],
      })
    const concerned = models.filter(({ source }) => topics[source] === position?.topic)
    const began = clock.now()
    for (let waited = false; ; waited = true) {
      const read = await this.snapshot(pool, async (connection): Promise<Read<Result> | null> => {
        const checkpoints = await Checkpoints.read(connection)
        if (position && !concerned.every((model) => checkpoints.shows(model, position))) return null
        const result = await query(connection)
        const shownOf = typeof partition === 'function' ? partition(result) : partition
        return { result, position: shownOf === null ? null : checkpoints.common(models, topics.events, shownOf) }
      })
      if (read) {
        if (waited) onWait?.(clock.now() - began, true)
        return read
      }
      if (!(await watch.shown(concerned, position as Position, began + positionWaitMs))) {
        onWait?.(clock.now() - began, false)
        throw notYetProjected('What this position stands for cannot be read yet: ask again after Retry-After seconds.')
      }
    }
  }

  private async snapshot<Result>(pool: Pool, work: (connection: Connection) => Promise<Result>): Promise<Result> {
    try {
      return await inSnapshot(pool, work)
    } catch (error) {
      if (!isServerAway(error) && !isRefused(error) && !isNotMigrated(error)) throw error
      throw new ProblemError(503, 'replica-unavailable', 'The read models cannot be read right now.', {
        headers: { 'retry-after': '1' },
        cause: error,
      })
    }
  }
}
