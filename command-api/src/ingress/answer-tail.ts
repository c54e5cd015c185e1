import type { Codec } from '@onsale/platform/codec'
import type { Position } from '@onsale/platform/http'
import {
  type Cursor,
  header,
  headerNumber,
  headerText,
  type JournalBatch,
  type JournalRecord,
  type LogReader,
  type RawRecord,
} from '@onsale/platform/log'
import type { Timers } from '@onsale/platform/ports'
import { recordName } from '@onsale/schemas'
import type { Logger } from 'pino'
import { RecentAnswers, type StoredAnswer } from './recent-answers.js'

/** What answers a command: the first event that it left, and where all of them end. */
export interface Answer {
  record: Pick<JournalRecord, 'name' | 'type' | 'data' | 'offset'>
  position: Position
}

/** The log, as far as the tail needs it. */
export interface AnswerLog {
  /** Where to start: one cursor for each partition. */
  start(): Promise<Cursor[]>
  /** The end (exclusive) of each partition as of now. */
  ends(): Promise<Map<number, number>>
  open(cursors: Cursor[], onBatch: (batch: JournalBatch) => Promise<void>): Promise<LogReader>
  /** One record by its offset; null where there is none. */
  readAt(partition: number, offset: number): Promise<RawRecord | null>
}

export interface AnswerTailOptions {
  log: AnswerLog
  codec: Codec
  timers: Timers
  logger: Logger
  /** Answers that are remembered for commands that repeat an earlier one. */
  recentAnswers?: number
  onBatch?(batch: JournalBatch): void
}

/**
 * Emptied once it is over. A Map that outgrows its table, or tidies it up, leaves the old one as it was: old garbage, which holds all that
 * was in it until a collection of everything, and makes whatever of it was young grow old.
 */
interface Waiter {
  resolve: ((answer: Answer) => void) | null
  reject: ((error: Error) => void) | null
}

/**
 * Follows the whole journal and hands each answer to whoever waits for it: matched by the causation-id header against the
 * ce_id of the command's record, decoded only on a match. A repeated command is answered with the first answer, from
 * memory or by one read of the log.
 */
export class AnswerTail {
  private readonly waiters = new Map<string, Waiter>()
  private readonly recent: RecentAnswers
  private readonly firstReads = new Map<string, Promise<StoredAnswer>>()
  private readonly cursors = new Map<number, Cursor>()
  private readonly stopping = new AbortController()
  private target: Map<number, number> | null = null
  private reading = false
  private anew = new AbortController()
  private running: Promise<void> = Promise.resolve()

  constructor(private readonly options: AnswerTailOptions) {
    this.recent = new RecentAnswers(options.recentAnswers ?? 10_000)
  }

  get waiting(): number {
    return this.waiters.size
  }

  /** True once everything has been read that was in the log at the start, for as long as the reader lives. */
  get ready(): boolean {
    if (!this.reading || !this.target) return false
    return [...this.target].every(([partition, end]) => (this.cursors.get(partition)?.offset ?? 0) >= end)
  }

  async start(): Promise<void> {
    for (const cursor of await this.options.log.start()) this.cursors.set(cursor.partition, cursor)
    this.target = await this.options.log.ends()
    this.running = this.keepReading()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  /** Follows these too, from their beginning: partitions that were added. */
  follow(partitions: readonly number[]): void {
    const added = partitions.filter((partition) => !this.cursors.has(partition))
    for (const partition of added) this.cursors.set(partition, { partition, offset: 0, claimId: null })
    if (added.length > 0) this.anew.abort()
  }

  /** To be called before the command is appended, so that no answer is missed. `cancel` when the answer is of no use any more. */
  expect(causationId: string): { answer: Promise<Answer>; cancel(): void } {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    // Whoever waits looks at it later, or never: that must not count as an unhandled rejection.
    promise.catch(() => {})
    const waiter: Waiter = { resolve, reject }
    this.waiters.set(causationId, waiter)
    return { answer: promise, cancel: () => this.forget(causationId, waiter) }
  }

  private forget(causationId: string, waiter: Waiter): void {
    this.waiters.delete(causationId)
    waiter.resolve = null
    waiter.reject = null
  }

  private async keepReading(): Promise<void> {
    const { log, timers, logger } = this.options
    const stopped = new Promise<null>((resolve) => {
      this.stopping.signal.addEventListener('abort', () => resolve(null), { once: true })
    })
    for (let pauseMs = 100; !this.stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, 10_000)) {
      try {
        const opened = [...this.cursors.values()]
        const reader = await log.open(opened, async (batch) => this.take(batch))
        this.reading = true
        this.anew = new AbortController()
        // Partitions may have been added while it was being opened.
        const more = this.cursors.size > opened.length
        const death = more ? null : await Promise.race([reader.failed, stopped, abortOf(this.anew.signal)])
        if (death || this.stopping.signal.aborted) this.reading = false
        await reader.stop()
        if (death) throw death
        pauseMs = 50
      } catch (error) {
        this.reading = false
        logger.error({ err: error }, 'the answer tail died, starting it again where it was')
        await timers.sleep(pauseMs, this.stopping.signal)
      }
    }
  }

  private take(batch: JournalBatch): void {
    for (const record of batch.records) {
      // Only the first event of a command says how many there are; it is the answer.
      const records = headerNumber(record, header.commandRecords)
      if (records === null) continue
      const stored = storedOf(record, records)
      // Whoever repeats a repetition is told of the first answer, too.
      if (headerText(record, header.type) !== recordName.CommandRepeated)
        this.recent.put(record.partition, record.offset, stored)
      const causationId = headerText(record, header.causationId)
      const waiter = causationId === null ? undefined : this.waiters.get(causationId)
      if (!waiter) continue
      const { topic, partition, offset } = record
      this.answerAt({ topic, partition, offset }, stored).then(waiter.resolve, waiter.reject)
      this.forget(causationId as string, waiter)
    }
    this.cursors.set(batch.partition, batch.cursor)
    this.options.onBatch?.(batch)
  }

  private async answerAt(place: Position, stored: StoredAnswer): Promise<Answer> {
    const answer = await this.decoded(place, stored)
    if (answer.record.name !== recordName.CommandRepeated) return answer
    const { firstOffset } = answer.record.data as { firstOffset: number }
    return this.decoded({ ...place, offset: firstOffset }, await this.firstAnswer(place.partition, firstOffset))
  }

  private async decoded({ topic, partition, offset }: Position, stored: StoredAnswer): Promise<Answer> {
    const { name, data } = await this.options.codec.decode(stored.value)
    return {
      record: { name, type: name.slice(name.lastIndexOf('.') + 1), data, offset },
      position: { topic, partition, offset: offset + stored.records - 1 },
    }
  }

  private firstAnswer(partition: number, offset: number): Promise<StoredAnswer> {
    const recent = this.recent.get(partition, offset)
    if (recent) return Promise.resolve(recent)
    const place = `${partition}:${offset}`
    const underway = this.firstReads.get(place)
    if (underway) return underway
    const read = this.options.log
      .readAt(partition, offset)
      .then((raw) => {
        if (!raw || headerText(raw, header.claimId) === null)
          throw new Error(`no answer stands at ${place} of the journal`)
        const stored = storedOf(raw, headerNumber(raw, header.commandRecords) ?? 1)
        this.recent.put(partition, offset, stored)
        return stored
      })
      .finally(() => this.firstReads.delete(place))
    this.firstReads.set(place, read)
    return read
  }
}

const abortOf = (signal: AbortSignal) =>
  new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }))

const storedOf = ({ value }: RawRecord, records: number): StoredAnswer => ({ value: value ?? Buffer.alloc(0), records })
