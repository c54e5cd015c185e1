import type { CountedRecord, Cursor, JournalBatch, LogReader, RawRecord } from '@onsale/platform/log'
import { jittered } from '@onsale/platform/ports'
import type { CheckpointId } from './checkpoint.js'
import { type Decode, decodeBatch } from './decode-batch.js'
import type { ProjectorEnvironment } from './environment.js'
import type { Decoded, Stop } from './fold.js'
import { restAfter } from './pacing.js'
import { ParkedWatch } from './parked-watch.js'
import { CheckpointBehindError, type DecodedBatch, PartitionProjector } from './partition-projector.js'
import type { AnyProjection } from './projection.js'
import { ReadAhead } from './read-ahead.js'
import type { ParkedPlace } from './store.js'
import { StoreWatch } from './store-watch.js'

export interface ProjectionRuntimeOptions {
  projections: readonly AnyProjection[]
  /** The journal, with the environment's prefix. */
  topic: string
  partitions: number[]
  decode: Decode
  /** Reads the journal under the reader rule from the cursors on, as startJournalReader does. */
  openReader(reader: {
    cursors: Cursor[]
    onBatch(batch: JournalBatch): Promise<void>
    onIgnored(count: number, partition: number): void
  }): Promise<LogReader>
  /** The records at these offsets, for a redrive; those that the log does not have are left out. Null where the signal aborts. */
  readAt(partition: number, offsets: number[], signal: AbortSignal): Promise<RawRecord[] | null>
  env: ProjectorEnvironment
  /** Where the feeding is not to go as fast as it can. */
  pace?: Pacing | undefined
}

export interface Pacing {
  /** Events to take at a time. */
  readonly atATime: number
  /** Waits until so many may go. */
  take(events: number, signal: AbortSignal): Promise<void>
}

/** Of a batch of the journal. */
type Part = Omit<DecodedBatch, 'records'> & { records: CountedRecord[] }

/** By then a part's rows are on their way to the server, which works at them while this process can decode the next part. */
const soonMs = 3
/** Before the log is read again after a failure, ms. */
const longestPauseMs = 2_000

/**
 * Feeds every projection from one reader of the journal. The reader starts where the projection that is furthest behind
 * goes on; the others pass over what they have. A stopped projection leaves the others and the other partitions alone.
 * What operators ask of parked streams is done between the batches.
 */
export class ProjectionRuntime {
  private readonly projectors: PartitionProjector[]
  private readonly stopping = new AbortController()
  private readonly parkedWatch: ParkedWatch
  private readonly storeWatch: StoreWatch | null
  private again = new AbortController()
  private running: Promise<void> | null = null
  private reading = false
  private dead: Error | null = null

  constructor(private readonly options: ProjectionRuntimeOptions) {
    const { projections, topic, partitions, env } = options
    this.projectors = projections.flatMap((it) =>
      partitions.map((partition) => new PartitionProjector(it, topic, partition, env)),
    )
    this.parkedWatch = new ParkedWatch(
      this.projectors,
      topic,
      env,
      (partition, places, signal) => this.readAgain(partition, places, signal),
      this.stopping.signal,
    )
    this.storeWatch = env.store.forgetful
      ? new StoreWatch(this.projectors, env, () => this.again.abort(), this.stopping.signal)
      : null
  }

  start(): void {
    this.running ??= this.run().catch((error: Error) => this.die(error))
    this.parkedWatch.start()
    this.storeWatch?.start()
  }

  /** Finishes the transactions under way, then reads no more. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
    await this.parkedWatch.stopped()
    await this.storeWatch?.stopped()
  }

  /** What does not go on, and why. */
  get stops(): { id: CheckpointId; stop: Stop }[] {
    return this.projectors.flatMap(({ id, stopped }) => (stopped ? [{ id, stop: stopped }] : []))
  }

  /** What stands in the way of being ready: empty where nothing does. */
  get unready(): string[] {
    if (this.dead) return [`the journal cannot be read: ${this.dead.message}`]
    // Readers do without a store that may forget while it is away.
    if (!this.reading && !this.options.env.store.forgetful)
      return [`waiting for ${this.options.env.store.name ?? 'sql'} or kafka`]
    return this.stops.map(
      ({ id, stop }) =>
        `${id.projection} stopped on partition ${id.partition} at offset ${stop.offset}: ${stop.detail}`,
    )
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      const cursors = await this.cursors()
      if (!cursors) return
      const again = new AbortController()
      this.again = again
      const ahead = new ReadAhead((error) => void this.readAgainAfter(error, again))
      const reader = await this.read(cursors, ahead, () => again.abort())
      this.reading = true
      const failure = await Promise.race([reader.failed, aborted(AbortSignal.any([signal, again.signal]))])
      await reader.stop()
      await ahead.settled()
      this.reading = false
      if (failure) return this.die(failure)
    }
  }

  private async readAgainAfter(error: Error, again: AbortController): Promise<void> {
    const { topic, env } = this.options
    if (!again.signal.aborted) {
      env.logger.error({ err: error, topic }, 'a batch failed: reading again from the checkpoints')
      await env.timers.sleep(jittered(longestPauseMs, env.random), this.stopping.signal)
    }
    again.abort()
  }

  private async read(cursors: Cursor[], ahead: ReadAhead, readAgain: () => void): Promise<LogReader> {
    const { topic, openReader, env, pace } = this.options
    const from = new Map(cursors.map(({ partition, offset }) => [partition, offset]))
    return openReader({
      cursors,
      onIgnored: (count, partition) => env.observer.ignored(topic, partition, count),
      onBatch: async (batch) => {
        const { partition, cursor, endOffset } = batch
        const parts = [...this.parts(batch, from.get(partition) as number)]
        if (pace) {
          from.set(partition, cursor.offset)
          // It is not brought again. The first part is decoded while the batch before is applied.
          const first = this.decoded(parts[0] as Part, 0)
          return ahead.begin(partition, () => this.applyAll(parts, first, readAgain))
        }
        const began = env.clock.now()
        await this.applyAll(parts, this.decoded(parts[0] as Part, 0), readAgain)
        from.set(partition, cursor.offset)
        const restMs = restAfter(env.clock.now() - began, endOffset - cursor.offset)
        if (restMs > 0) await env.timers.sleep(restMs, this.stopping.signal)
      },
    })
  }

  private async applyAll(parts: readonly Part[], first: Promise<DecodedBatch>, readAgain: () => void): Promise<void> {
    let decoded = first
    for (const at of parts.keys()) {
      const batch = await decoded
      await this.options.pace?.take(batch.records.length, this.stopping.signal)
      const applying = this.apply(batch, readAgain)
      const next = parts[at + 1]
      if (next) decoded = this.decoded(next, soonMs)
      await applying
    }
  }

  /** Whoever awaits it hears of a failure. */
  private decoded(part: Part, afterMs: number): Promise<DecodedBatch> {
    const { decode, env, pace } = this.options
    const decoding = async () => {
      if (afterMs > 0) await env.timers.sleep(afterMs, this.stopping.signal)
      const batch = { ...part, records: await decodeBatch(decode, part.records) }
      if (pace) for (const it of this.fedFrom(batch.cursor.partition)) it.foresee(batch)
      return batch
    }
    const decoded = decoding()
    decoded.catch(() => {})
    return decoded
  }

  /** The batch as it is, or in parts as large as the pace wants them. */
  private *parts({ records, cursor, endOffset }: JournalBatch, begin: number): Iterable<Part> {
    // Of one size: a small rest would be a transaction of its own.
    const most = this.options.pace?.atATime ?? records.length
    const size = Math.ceil(records.length / Math.max(1, Math.ceil(records.length / most)))
    let from = begin
    let at = 0
    for (; at + size < records.length; at += size) {
      const some = records.slice(at, at + size)
      const { offset, claimId } = some.at(-1) as CountedRecord
      const next = { partition: cursor.partition, offset: offset + 1, claimId }
      yield { from, records: some, cursor: next, endOffset }
      from = next.offset
    }
    yield { from, records: records.slice(at), cursor, endOffset }
  }

  private async apply(batch: DecodedBatch, readAgain: () => void): Promise<void> {
    // All of them to the end, also when one fails: the batch may come again, and one projector does one thing at a time.
    const results = await Promise.allSettled(
      this.fedFrom(batch.cursor.partition).map((it) => it.apply(batch, this.stopping.signal)),
    )
    for (const result of results) {
      if (result.status === 'fulfilled') continue
      if (result.reason instanceof CheckpointBehindError) readAgain()
      throw result.reason
    }
  }

  private fedFrom(partition: number): PartitionProjector[] {
    return this.projectors.filter(({ id, retired }) => id.partition === partition && !retired)
  }

  /** For each partition the place of the projection that is furthest behind; null when stopping, or nothing is left to feed. */
  private async cursors(): Promise<Cursor[] | null> {
    const furthestBehind = new Map<number, Cursor>()
    for (const projector of this.projectors) {
      const cursor = await projector.start(this.stopping.signal)
      if (projector.retired) continue
      if (!cursor) return null
      const known = furthestBehind.get(cursor.partition)
      if (!known || cursor.offset < known.offset) furthestBehind.set(cursor.partition, cursor)
    }
    return furthestBehind.size > 0 ? [...furthestBehind.values()] : null
  }

  private async readAgain(partition: number, places: ParkedPlace[], signal: AbortSignal): Promise<Decoded[] | null> {
    const { readAt, decode } = this.options
    const offsets = places.map(({ offset }) => offset)
    const records = await readAt(partition, offsets, signal)
    if (!records) return null
    const found = new Map(records.map((record) => [record.offset, record]))
    const counted: CountedRecord[] = places.flatMap(({ offset, claimId }) => {
      const record = found.get(offset)
      return record ? [{ ...record, claimId }] : []
    })
    const decoded = new Map((await decodeBatch(decode, counted)).map((it) => [it.offset, it]))
    return places.map((place) => decoded.get(place.offset) ?? notInTheLog(place))
  }

  private die(error: Error): void {
    this.reading = false
    this.dead = error
    this.options.env.logger.fatal({ err: error }, 'the journal cannot be read any further')
  }
}

const notInTheLog = (place: ParkedPlace): Decoded => ({
  ...place,
  event: null,
  facts: { name: null, subject: null, streamVersion: null, commandOffset: null },
  failure: new Error('the log has no record at this offset any more'),
})

const aborted = (signal: AbortSignal) =>
  new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null)
    else signal.addEventListener('abort', () => resolve(null), { once: true })
  })
