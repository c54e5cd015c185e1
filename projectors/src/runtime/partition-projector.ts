import type { Cursor } from '@onsale/platform/log'
import type { Clock, Random, Timers } from '@onsale/platform/ports'
import { inTransaction, isContention, isNotMigrated, isRefused, isServerAway } from '@onsale/platform/sql'
import type { Pool } from 'mysql2/promise'
import type { Logger } from 'pino'
import {
  type Checkpoint,
  type CheckpointId,
  checkpointId,
  loadCheckpoint,
  loadStreamVersions,
  moveCheckpoint,
  saveStreamVersions,
} from './checkpoint.js'
import { type Decoded, type Folded, fold, type Stop, stopAt } from './fold.js'
import type { ProjectionObserver } from './observer.js'
import { type HandlerContext, PlanUnknownError, type Projection } from './projection.js'
import { RowMissingError, writeRows } from './write-rows.js'

/** What the runtime works with, the same for every projection. */
export interface ProjectorEnvironment {
  pool: Pool
  clock: Clock
  timers: Timers
  random: Random
  logger: Logger
  observer: ProjectionObserver
  plans: {
    plan: HandlerContext['plan']
    /** Reads what the plans topic holds as of now. */
    catchUp(): Promise<void>
  }
}

/** A batch of the journal, decoded. Where a record could not be decoded, it is the last. */
export interface DecodedBatch {
  /** Where the batch begins: the cursor after the one before. */
  from: number
  records: Decoded[]
  cursor: Cursor
  endOffset: number
}

/** The stored checkpoint lies before what this process still has in hand: the log must be read again from there. */
export class CheckpointBehindError extends Error {}

class OvertakenError extends Error {}

/** Rows of one transaction, but for an event that has more of its own (a show is scheduled whole). */
const limits = { rows: 2_000, events: 2_000 }
/** Streams whose last version is kept in memory. */
const maxStreams = 10_000

/**
 * One projection on one partition. Each step writes rows, stream versions and checkpoint in one transaction, which begins
 * with the checkpoint's compare-and-set: whoever loses it has written nothing, and goes on from where the winner is. So any
 * number of processes may project the same partition at a time. A step that fails for what the events say stops the
 * projection on this partition, exactly before the event in question.
 */
export class PartitionProjector {
  readonly id: CheckpointId
  private checkpoint: Checkpoint | null = null
  private streamVersions = new Map<string, number>()
  private stop: Stop | null = null

  constructor(
    private readonly projection: Projection,
    topic: string,
    partition: number,
    private readonly env: ProjectorEnvironment,
  ) {
    this.id = checkpointId(projection, topic, partition)
  }

  /** Why it does not go on; null while it does. */
  get stopped(): Stop | null {
    return this.stop
  }

  /** Where it must go on reading. Waits for the database; null where the signal aborts. */
  async start(signal: AbortSignal): Promise<Cursor | null> {
    this.forget()
    const checkpoint = await this.patiently(signal, () => this.current())
    if (!this.stop) this.env.observer.started(this.id)
    return checkpoint && { partition: this.id.partition, offset: checkpoint.nextOffset, claimId: checkpoint.claimId }
  }

  /**
   * Applies what of the batch is still to be applied. Returns early, with the batch not applied, when it stops or the signal aborts.
   * @throws CheckpointBehindError
   */
  async apply(batch: DecodedBatch, signal: AbortSignal): Promise<void> {
    if (this.stop) this.env.observer.position(this.id, this.stop.offset, batch.endOffset)
    const pace = { maxEvents: limits.events }
    while (!this.stop && !signal.aborted) {
      const done = await this.patiently(signal, () => this.step(batch, pace))
      if (done) return
    }
  }

  /** One transaction's worth; true where nothing of the batch is left. */
  private async step(batch: DecodedBatch, pace: { maxEvents: number }): Promise<boolean> {
    const checkpoint = await this.current()
    if (checkpoint.nextOffset < batch.from)
      throw new CheckpointBehindError(`${this.id.projection}: ${checkpoint.nextOffset} is before ${batch.from}`)
    this.env.observer.position(this.id, checkpoint.nextOffset, batch.endOffset)
    if (checkpoint.nextOffset >= batch.cursor.offset) return true
    const records = batch.records.filter(({ offset }) => offset >= checkpoint.nextOffset)
    const folded = await this.fold(checkpoint, records, pace.maxEvents)
    try {
      await this.commit(checkpoint, folded, records, batch)
    } catch (error) {
      if (error instanceof OvertakenError || mendsItself(error)) throw error
      if (folded.count <= 1) this.halt(toStop(error, records[0], checkpoint))
      // Which event is to blame shows when they are written one by one.
      else pace.maxEvents = 1
      return false
    }
    if (folded.stop) this.halt(folded.stop)
    return false
  }

  private async fold(checkpoint: Checkpoint, records: Decoded[], maxEvents: number): Promise<Folded> {
    await this.knowStreams(records)
    const once = () =>
      fold(
        this.projection,
        records,
        { commandOffset: checkpoint.commandOffset, streamVersions: this.streamVersions },
        { plan: this.env.plans.plan },
        { rows: limits.rows, events: maxEvents },
      )
    try {
      return once()
    } catch (error) {
      if (!(error instanceof PlanUnknownError)) throw error
    }
    await this.env.plans.catchUp()
    try {
      return once()
    } catch (error) {
      if (!(error instanceof PlanUnknownError)) throw error
      return this.foldBeforeUnknownPlan(checkpoint, records, error)
    }
  }

  /** The plan is nowhere: everything before the event that needs it, then a stop. */
  private foldBeforeUnknownPlan(checkpoint: Checkpoint, records: Decoded[], error: PlanUnknownError): Folded {
    const from = { commandOffset: checkpoint.commandOffset, streamVersions: this.streamVersions }
    const context = { plan: this.env.plans.plan }
    for (let events = 1; ; events += 1) {
      try {
        fold(this.projection, records, from, context, { rows: limits.rows, events })
      } catch {
        const before = fold(this.projection, records, from, context, { rows: limits.rows, events: events - 1 })
        const at = records[before.count] as Decoded
        return { ...before, stop: stopAt(at, at.event?.subject ?? null, 'plan-unknown', error.message) }
      }
    }
  }

  private async commit(checkpoint: Checkpoint, folded: Folded, records: Decoded[], batch: DecodedBatch): Promise<void> {
    const { env, id } = this
    const last = records[folded.count - 1]
    const wholeBatch = folded.count === records.length && !folded.stop
    if (!wholeBatch && !last) return
    const to: Checkpoint = wholeBatch
      ? { nextOffset: batch.cursor.offset, claimId: batch.cursor.claimId, commandOffset: folded.commandOffset }
      : { nextOffset: last!.offset + 1, claimId: last!.claimId, commandOffset: folded.commandOffset }
    // Until the commit is confirmed nothing is known: the next step then asks the database.
    this.forget()
    const ports = { timers: env.timers, random: env.random, onRetry: () => env.observer.retried(id) }
    const streamVersions = this.streamVersions
    await inTransaction(env.pool, ports, async (connection) => {
      if (!(await moveCheckpoint(connection, id, checkpoint, to, env.clock.now()))) throw new OvertakenError()
      await writeRows(connection, folded.rows)
      await saveStreamVersions(connection, id, folded.versions)
    })
    this.checkpoint = to
    this.streamVersions = streamVersions
    for (const [stream, version] of folded.versions) streamVersions.set(stream, version)
    env.observer.applied(id, {
      events: folded.count,
      rows: folded.rows.size,
      appendedAt: last?.event?.appendedAt ?? null,
    })
    env.observer.position(id, to.nextOffset, batch.endOffset)
  }

  /** Runs a step until it succeeds, through contention, overtaking and absent servers; null where the signal aborts. */
  private async patiently<Result>(signal: AbortSignal, step: () => Promise<Result>): Promise<Result | null> {
    for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        return await step()
      } catch (error) {
        this.forget()
        if (error instanceof OvertakenError) {
          this.env.observer.overtaken(this.id)
          pauseMs = 10
          continue
        }
        if (!mendsItself(error)) throw error
        this.env.logger.warn({ err: error, ...this.id }, `waiting for sql: ${(error as Error).message}`)
        if (!(await this.env.timers.sleep(pauseMs, signal))) return null
      }
    }
  }

  private async current(): Promise<Checkpoint> {
    this.checkpoint ??= await loadCheckpoint(this.env.pool, this.id, this.env.clock.now())
    return this.checkpoint
  }

  private async knowStreams(records: Decoded[]): Promise<void> {
    if (this.streamVersions.size > maxStreams) this.streamVersions = new Map()
    const unknown = new Set<string>()
    for (const { event } of records) {
      if (event?.subject != null && event.streamVersion !== null && !this.streamVersions.has(event.subject))
        unknown.add(event.subject)
    }
    for (const [stream, version] of await loadStreamVersions(this.env.pool, this.id, [...unknown]))
      this.streamVersions.set(stream, version)
  }

  private forget(): void {
    this.checkpoint = null
    this.streamVersions = new Map()
  }

  private halt(stop: Stop): void {
    this.stop = stop
    this.env.logger.error({ ...this.id, ...stop }, `projection ${this.id.projection} stopped: ${stop.detail}`)
    this.env.observer.stopped(this.id, stop)
  }
}

/** Not what the events say is the matter, but the server. */
const mendsItself = (error: unknown) =>
  isContention(error) || isServerAway(error) || isRefused(error) || isNotMigrated(error)

function toStop(error: unknown, record: Decoded | undefined, { nextOffset }: Checkpoint): Stop {
  const at = record ?? { offset: nextOffset, event: null }
  const reason = error instanceof RowMissingError ? 'row-missing' : 'rows-refused'
  return stopAt(at, at.event?.subject ?? null, reason, (error as Error).message)
}
