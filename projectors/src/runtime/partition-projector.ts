import type { Cursor } from '@onsale/platform/log'
import { jittered } from '@onsale/platform/ports'
import { retryContention } from '@onsale/platform/sql'
import { type Checkpoint, type CheckpointId, checkpointId } from './checkpoint.js'
import { mendsItself, Pace, type ProjectorEnvironment, reasonOf } from './environment.js'
import { type Decoded, type Folded, fold, type Stop, stopAt } from './fold.js'
import { Foresight } from './foresight.js'
import { type AnyProjection, PlanUnknownError } from './projection.js'
import { OvertakenError, type StreamVersions, VersionGoneError } from './store.js'

/** A batch of the journal, decoded. */
export interface DecodedBatch {
  /** Where the batch begins: the cursor after the one before. */
  from: number
  records: Decoded[]
  cursor: Cursor
  endOffset: number
}

/** The stored checkpoint lies before what this process still has in hand: the log must be read again from there. */
export class CheckpointBehindError extends Error {}

const nothingKnown = (): StreamVersions => ({ versions: new Map(), mayFollow: new Map(), notes: new Map() })

/** Streams whose last version is kept in memory. */
const maxStreams = 10_000

/** What the database says of a projection's place. */
interface Standing {
  checkpoint: Checkpoint
  parked: ReadonlySet<string>
}

/**
 * One projection on one partition. Each step writes rows, stream versions, parked events and checkpoint in one transaction,
 * which begins with the checkpoint's compare-and-set: whoever loses it has written nothing, and goes on from where the winner
 * is. So any number of processes may project the same partition at a time. An event that cannot be applied parks its stream;
 * where it belongs to none, the projection stops on this partition, exactly before it.
 */
export class PartitionProjector {
  readonly id: CheckpointId
  private standing: Standing | null = null
  private streams: StreamVersions = nothingKnown()
  private stop: Stop | null = null
  private gone = false
  /** How far it was when this process knew it last. */
  private reached = 0
  private turn: Promise<unknown> = Promise.resolve()
  private readonly foresight = new Foresight<Standing>(async (batch, { standing, streams }) =>
    // Streams are forgotten only where the database knows them.
    streams.versions.size > maxStreams ? null : this.fold(standing, streams, batch.records, new Pace(this.env.limits)),
  )

  constructor(
    readonly projection: AnyProjection,
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

  /** Its version was dropped: there is nothing to feed any more. */
  get retired(): boolean {
    return this.gone
  }

  /** Where it must go on reading. Waits for the database; null where the signal aborts, or the version is gone. */
  start(signal: AbortSignal): Promise<Cursor | null> {
    return this.inTurn(async () => {
      this.forget()
      const standing = await this.patiently(signal, () => this.current())
      if (!this.stop) this.env.observer.started(this.id)
      if (!standing) return null
      const { nextOffset, claimId } = standing.checkpoint
      this.reached = nextOffset
      return { partition: this.id.partition, offset: nextOffset, claimId }
    })
  }

  /**
   * Applies what of the batch is still to be applied. Returns early, with the batch not applied, when it stops or the signal aborts.
   * @throws CheckpointBehindError
   */
  apply(batch: DecodedBatch, signal: AbortSignal): Promise<void> {
    return this.inTurn(async () => {
      this.foresight.begins(batch)
      if (this.stop) this.env.observer.position(this.id, this.stop.offset, batch.endOffset)
      const pace = new Pace(this.env.limits)
      while (!this.stop && !this.gone && !signal.aborted) {
        const done = await this.patiently(signal, () => this.step(batch, pace))
        if (done) return
      }
    })
  }

  /** A batch that will be applied: it may be folded while the one before is committed. */
  foresee(batch: DecodedBatch): void {
    if (!this.stop && !this.gone) this.foresight.comes(batch)
  }

  /** Whether the store has forgotten what this process applied: then the log must be read again from where it is now. */
  forgot(signal: AbortSignal): Promise<boolean> {
    return this.inTurn(async () => {
      const before = this.standing?.checkpoint.nextOffset ?? this.reached
      this.forget()
      const standing = await this.patiently(signal, () => this.current())
      return standing !== null && standing.checkpoint.nextOffset < before
    })
  }

  /**
   * Runs `work`, which may change what is parked, while no batch is applied here. Contention and absent servers are waited
   * out, as for a batch; null where the signal aborts, or the version is gone.
   */
  between<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result | null> {
    return this.inTurn(async () => {
      this.forget()
      return this.patiently(signal, work)
    })
  }

  /** One transaction's worth; true where nothing of the batch is left. */
  private async step(batch: DecodedBatch, pace: Pace): Promise<boolean> {
    const standing = await this.current()
    const { checkpoint } = standing
    if (checkpoint.nextOffset < batch.from)
      throw new CheckpointBehindError(`${this.id.projection}: ${checkpoint.nextOffset} is before ${batch.from}`)
    this.env.observer.position(this.id, checkpoint.nextOffset, batch.endOffset)
    if (checkpoint.nextOffset >= batch.cursor.offset) return true
    const records = batch.records.filter(({ offset }) => offset >= checkpoint.nextOffset)
    if (this.streams.versions.size > maxStreams) this.streams = nothingKnown()
    const folded =
      (await this.foresight.take(batch, standing)) ?? (await this.fold(standing, this.streams, records, pace))
    try {
      await this.commit(standing, folded, records, batch)
      pace.went()
    } catch (error) {
      if (error instanceof OvertakenError || mendsItself(error)) throw error
      if (!pace.refuse(error, folded.applied, records))
        this.halt(
          stopAt(records[0] ?? { offset: checkpoint.nextOffset }, null, reasonOf(error), (error as Error).message),
        )
      return false
    }
    if (folded.stop) this.halt(folded.stop)
    return false
  }

  private async fold(
    { checkpoint: { commandOffset }, parked }: Standing,
    streams: StreamVersions,
    records: Decoded[],
    { events, refused, limits }: Pace,
  ): Promise<Folded> {
    await this.knowStreams(streams, records)
    const { versions: streamVersions, mayFollow, notes } = streams
    const from = { commandOffset, streamVersions, mayFollow, notes, parked }
    const context = { plan: this.env.plans.plan }
    try {
      return fold(this.projection, records, from, context, { rows: limits.rows, events, refused, plansRead: false })
    } catch (error) {
      if (!(error instanceof PlanUnknownError)) throw error
    }
    await this.env.plans.catchUp()
    return fold(this.projection, records, from, context, { rows: limits.rows, events, refused, plansRead: true })
  }

  private async commit(before: Standing, folded: Folded, records: Decoded[], batch: DecodedBatch): Promise<void> {
    const { env, id } = this
    const { count, commandOffset, rows, versions, parked } = folded
    const last = records[count - 1]
    const wholeBatch = count === records.length && !folded.stop
    if (!wholeBatch && !last) return
    const { epoch } = before.checkpoint
    const to: Checkpoint = wholeBatch
      ? { nextOffset: batch.cursor.offset, claimId: batch.cursor.claimId, commandOffset, epoch }
      : { nextOffset: last!.offset + 1, claimId: last!.claimId, commandOffset, epoch }
    const streams = after(this.streams, folded)
    const standing: Standing = {
      checkpoint: to,
      parked: parked.length > 0 ? new Set([...before.parked, ...parked.map(({ stream }) => stream)]) : before.parked,
    }
    // Until the commit is confirmed nothing is known: the next step then asks the database.
    this.forget()
    const ports = { timers: env.timers, random: env.random, onRetry: () => env.observer.retried(id) }
    const now = env.clock.now()
    await retryContention(ports, () =>
      env.store.transaction(async (transaction) => {
        if (!(await transaction.moveCheckpoint(id, before.checkpoint, to, now))) throw new OvertakenError()
        const writing = transaction.writeRows(id, rows)
        this.foresight.sent({ standing, streams, nextOffset: to.nextOffset })
        await writing
        await transaction.saveStreamVersions(id, versions)
        await transaction.park(id, parked, now)
      }),
    ).finally(() => this.foresight.over())
    for (const { stream, stop } of parked)
      if (stop)
        env.logger.error({ ...id, stream, ...stop }, `stream ${stream} parked in ${id.projection}: ${stop.detail}`)
    this.standing = standing
    this.reached = to.nextOffset
    this.streams = streams
    env.observer.applied(id, {
      events: folded.applied.length,
      rows: rows.size,
      appendedAt: last?.event?.appendedAt ?? null,
    })
    env.observer.position(id, to.nextOffset, batch.endOffset)
  }

  /** Runs a step until it succeeds, through contention, overtaking and absent servers; null where the signal aborts or the version is gone. */
  private async patiently<Result>(signal: AbortSignal, step: () => Promise<Result>): Promise<Result | null> {
    for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        return await step()
      } catch (error) {
        this.forget()
        if (error instanceof VersionGoneError) {
          this.gone = true
          this.env.logger.info({ ...this.id }, error.message)
          return null
        }
        if (error instanceof OvertakenError) {
          this.env.observer.overtaken(this.id)
          pauseMs = 10
          continue
        }
        if (!mendsItself(error)) throw error
        this.env.logger.warn(
          { err: error, ...this.id },
          `waiting for ${this.env.store.name ?? 'sql'}: ${(error as Error).message}`,
        )
        if (!(await this.env.timers.sleep(jittered(pauseMs, this.env.random), signal))) return null
      }
    }
  }

  /** One thing at a time: batches, and what is done between them. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.turn.then(work)
    this.turn = turn.catch(() => {})
    return turn
  }

  private async current(): Promise<Standing> {
    if (!this.standing) {
      const checkpoint = await this.env.store.checkpoint(this.id, this.env.clock.now())
      // Read after the checkpoint: who changes what is parked changes the checkpoint, and then ours loses the compare-and-set.
      this.standing = { checkpoint, parked: await this.env.store.parkedStreams(this.id) }
    }
    return this.standing
  }

  private async knowStreams({ versions, mayFollow, notes }: StreamVersions, records: Decoded[]): Promise<void> {
    const unknown = new Set<string>()
    for (const { event } of records) {
      if (event?.subject != null && event.streamVersion !== null && !versions.has(event.subject))
        unknown.add(event.subject)
    }
    const loaded = await this.env.store.streamVersions(this.id, [...unknown])
    for (const [stream, version] of loaded.versions) versions.set(stream, version)
    for (const [stream, version] of loaded.mayFollow) mayFollow.set(stream, version)
    for (const [stream, note] of loaded.notes ?? []) notes?.set(stream, note)
  }

  private forget(): void {
    this.standing = null
    this.streams = nothingKnown()
  }

  private halt(stop: Stop): void {
    this.stop = stop
    this.env.logger.error({ ...this.id, ...stop }, `projection ${this.id.projection} stopped: ${stop.detail}`)
    this.env.observer.stopped(this.id, stop)
  }
}

/** The streams as they are once what was folded is committed. The same object: who commits has let go of it. */
function after(streams: StreamVersions, { versions, rows }: Folded): StreamVersions {
  for (const [stream, version] of versions) {
    streams.versions.set(stream, version)
    streams.mayFollow.delete(stream)
  }
  for (const [stream, note] of rows.notes ?? []) streams.notes?.set(stream, note)
  return streams
}
