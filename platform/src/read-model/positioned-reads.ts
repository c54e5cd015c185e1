import type { Position } from '../http/position.js'
import { ProblemError } from '../http/problem.js'
import type { TopicNames } from '../log/topics.js'
import type { Clock } from '../ports/index.js'
import { isNotMigrated, isRefused, isServerAway } from '../sql/errors.js'
import type { CheckpointWatch } from './checkpoint-watch.js'
import type { ServedVersions } from './checkpoints.js'
import type { ReadModel } from './read-model.js'
import type { ReadModelReplica, Snapshot } from './replica.js'
import { type Stale, type StreamState, staleOf, whole } from './stream-state.js'

export interface PositionedReadsOptions<Rows> {
  replica: ReadModelReplica<Rows>
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
  /** The stream that the answer is about; null: none, or many. Where the result says so, a function of it. */
  stream: string | null | ((result: Result) => string | null)
}

export interface Read<Result> {
  result: Result
  /** What the answer shows of the partition asked for; null where that is nothing yet. */
  position: Position | null
  /** Why the answer is not all that the log says of its stream by now; null where nothing is the matter. */
  stale: Stale | null
}

export const notYetProjected = (detail: string) =>
  new ProblemError(503, 'not-yet-projected', detail, { headers: { 'retry-after': '1' } })

const streamParked = () =>
  new ProblemError(
    503,
    'stream-parked',
    'An event of what is asked for could not be applied and is with the operators. Without a position, what is known before it is shown.',
    { headers: { 'retry-after': '5' } },
  )

/** The read models as a replica has them: who brings the position of an answer is shown that answer, or told to come back. */
export class PositionedReads<Rows> {
  constructor(private readonly options: PositionedReadsOptions<Rows>) {}

  /** Whether it is a position of the journal that these are made from. */
  reads(position: Position): boolean {
    return position.topic === this.options.topics.events
  }

  /**
   * Runs `query` where the models show the position asked for: checkpoints, the versions to read and rows are of one state of the replica.
   * @throws ProblemError 503 where the position does not come in time, is one of a parked stream, or the replica is away;
   *   400 for a position of another log
   */
  async read<Result>(
    request: ReadRequest<Result>,
    query: (rows: Rows, versions: ServedVersions, snapshot: Snapshot<Rows>) => Promise<Result>,
  ): Promise<Read<Result>> {
    const { models, position, partition } = request
    const { watch, topics, clock, positionWaitMs, onWait } = this.options
    if (position && position.topic !== topics.events && position.topic !== topics.plans)
      throw new ProblemError(400, 'invalid-input', 'The position is one of another log.', {
        errors: [{ field: 'position', rule: 'position-of-this-log' }],
      })
    const concerned = models.filter(({ source }) => topics[source] === position?.topic)
    const began = clock.now()
    for (let waited = false; ; waited = true) {
      const read = await this.snapshot(async (snapshot): Promise<Read<Result> | null> => {
        const checkpoints = await snapshot.checkpoints()
        if (position && !concerned.every((model) => checkpoints.shows(model, position))) return null
        const { result, state } = await this.ofStream(snapshot, request, concerned, () =>
          query(snapshot.rows, checkpoints, snapshot),
        )
        const shownOf = typeof partition === 'function' ? partition(result) : partition
        const shown = shownOf === null ? null : checkpoints.common(models, topics.events, shownOf)
        return { result, position: notBeyond(shown, state), stale: staleOf(state) }
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

  /** Of those of the streams with which anything is the matter; for reads of many. */
  streamStates(
    snapshot: Snapshot<Rows>,
    models: readonly ReadModel[],
    streams: readonly string[],
  ): Promise<Map<string, StreamState>> {
    return snapshot.streamStates(models, this.options.topics.events, streams)
  }

  /** Runs the query where the stream that it is about is not parked before the position asked for. */
  private async ofStream<Result>(
    snapshot: Snapshot<Rows>,
    { models, position, stream }: ReadRequest<Result>,
    concerned: readonly ReadModel[],
    query: () => Promise<Result>,
  ): Promise<{ result: Result; state: StreamState }> {
    const stateOf = async (id: string | null) => {
      if (id !== null) {
        const state = (await this.streamStates(snapshot, models, [id])).get(id) ?? whole
        if (position && isBehind(state, position)) throw streamParked()
        return state
      }
      if (position && concerned.length > 0 && (await snapshot.isParked(concerned, position))) throw streamParked()
      return whole
    }
    if (typeof stream === 'function') {
      const result = await query()
      return { result, state: await stateOf(stream(result)) }
    }
    const state = await stateOf(stream)
    try {
      return { result: await query(), state }
    } catch (error) {
      // It may be what is parked that would have made it.
      if (state.parkedFrom && error instanceof ProblemError && mayComeYet(error)) throw streamParked()
      throw error
    }
  }

  private async snapshot<Result>(work: (snapshot: Snapshot<Rows>) => Promise<Result>): Promise<Result> {
    try {
      return await this.options.replica.snapshot(work)
    } catch (error) {
      if (!isServerAway(error) && !isRefused(error) && !isNotMigrated(error)) throw error
      throw new ProblemError(503, 'replica-unavailable', 'The read models cannot be read right now.', {
        headers: { 'retry-after': '1' },
        cause: error,
      })
    }
  }
}

const mayComeYet = (problem: ProblemError) => problem.status === 404 || problem.code === 'not-yet-projected'

const isBehind = ({ parkedFrom }: StreamState, { topic, partition, offset }: Position): boolean =>
  parkedFrom !== null && parkedFrom.topic === topic && parkedFrom.partition === partition && parkedFrom.offset <= offset

/** What is shown of a parked stream ends before its first parked event. */
function notBeyond(position: Position | null, { parkedFrom }: StreamState): Position | null {
  if (!position || !parkedFrom || parkedFrom.offset > position.offset) return position
  return parkedFrom.offset === 0 ? null : { ...position, offset: parkedFrom.offset - 1 }
}
