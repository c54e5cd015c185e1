import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { SnapshotChunk } from '@onsale/schemas'
import { recordName } from '@onsale/schemas'
import { type Admin, type Kafka, Partitioners } from 'kafkajs'
import type { Logger } from 'pino'
import type { Codec } from '../codec/index.js'
import type { Ids, Timers } from '../ports/index.js'
import { firstOffsetIn } from './appended.js'
import { logEnds } from './log-ends.js'
import { startLogReader } from './log-reader.js'
import { readRecordAt } from './point-read.js'
import type { RawRecord } from './records.js'

/** What is known of a snapshot before its content is read. */
export type SnapshotHead = Pick<
  SnapshotChunk,
  'snapshotId' | 'foldVersion' | 'journalOffset' | 'claimId' | 'takenAt' | 'takenBy'
>

export interface WholeSnapshot extends SnapshotHead {
  partition: number
  slot: number
  chunks: number
  foldHash: string
  /** Offsets of its first and last piece, and of the last piece of the whole one before (-1: none). */
  firstOffset: number
  endOffset: number
  previousEnd: number
}

export interface SnapshotTopicOptions {
  kafka: Kafka
  admin: Admin
  topic: string
  codec: Codec
  logger: Logger
  timers?: Timers
  ids?: Ids
  compression?: Compression
}

/** How pieces are made small and whole again. */
export interface Compression {
  zip(bytes: Buffer): Promise<Buffer>
  unzip(bytes: Buffer): Promise<Buffer>
}

const maxPieceBytes = 64 * 1024 * 1024

/** Beside the thread that decides. */
const besideUs: Compression = {
  zip: (bytes) => promisify(gzip)(bytes, { level: 1 }),
  unzip: (bytes) => promisify(gunzip)(bytes, { maxOutputLength: maxPieceBytes }),
}

/**
 * Snapshots in a compacted topic, each as pieces one after the other. The last piece makes it whole and says where it begins, and
 * every piece says where the whole one before ends: from the topic's last record the newest whole one is found in two look-ups, however
 * much lies before. A writer that dies leaves pieces that nobody takes for a snapshot, in the slot that was not the newest's.
 */
export class SnapshotTopic {
  private readonly compression: Compression

  constructor(private readonly options: SnapshotTopicOptions) {
    this.compression = options.compression ?? besideUs
  }

  /** The newest whole snapshot of a partition; null where there is none. */
  async newest(partition: number): Promise<WholeSnapshot | null> {
    const { admin, topic } = this.options
    const ends = (await logEnds(admin, topic)).get(partition)
    if (!ends || ends.end === 0 || ends.end === ends.start) return null
    const last = await this.chunkAt(partition, ends.end - 1)
    if (!last) return null
    return last.end ? whole(partition, ends.end - 1, last) : this.wholeAt(partition, last.previousEnd)
  }

  /** The whole one before; null where there is none any more. */
  before({ partition, previousEnd }: WholeSnapshot): Promise<WholeSnapshot | null> {
    return this.wholeAt(partition, previousEnd)
  }

  /**
   * Hands on all the bytes of a snapshot in order, a piece at a time.
   * @throws where a piece is missing or can't be read, or the signal aborts
   */
  async read(snapshot: WholeSnapshot, onBytes: (bytes: Buffer) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { kafka, topic, logger } = this.options
    const { partition, snapshotId, firstOffset, endOffset, chunks } = snapshot
    let next = 0
    let settle: { resolve(): void; reject(error: unknown): void } = { resolve() {}, reject() {} }
    const done = new Promise<void>((resolve, reject) => {
      settle = { resolve, reject }
    })
    const take = async (record: RawRecord) => {
      const chunk = await this.decode(record)
      if (chunk?.snapshotId !== snapshotId) return
      if (chunk.index !== next) throw new Error(`piece ${next} of snapshot ${snapshotId} is missing`)
      next += 1
      await onBytes(await this.compression.unzip(chunk.bytes))
    }
    let over = false
    const reader = await startLogReader({
      kafka,
      topic,
      name: 'snapshot',
      maxWaitMs: 20,
      from: [{ partition, offset: firstOffset }],
      logger,
      ...this.held(),
      async onBatch({ records, nextOffset }) {
        try {
          for (const record of records) if (!over && record.offset <= endOffset) await take(record)
          if (over || nextOffset <= endOffset) return
          over = true
          if (next === chunks) settle.resolve()
          else settle.reject(new Error(`snapshot ${snapshotId} has ${next} of ${chunks} pieces`))
        } catch (error) {
          over = true
          settle.reject(error)
        }
      },
    })
    const abort = () => settle.reject(new Error('stopped'))
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    try {
      await Promise.race([done, reader.failed.then((error) => Promise.reject(error))])
    } finally {
      over = true
      signal.removeEventListener('abort', abort)
      await reader.stop()
    }
  }

  /**
   * Appends a snapshot; `pieces` gives its bytes, some hundreds of KiB at a time, and returns the hash over all of them.
   * @throws where the broker does not acknowledge a piece: then there is no such snapshot
   */
  async write(partition: number, head: SnapshotHead, pieces: AsyncGenerator<Buffer, string>): Promise<WholeSnapshot> {
    const { kafka, topic, codec } = this.options
    const newest = await this.newest(partition)
    const slot = newest ? 1 - newest.slot : 0
    const previousEnd = newest?.endOffset ?? -1
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    })
    try {
      await producer.connect()
      const send = async (chunk: SnapshotChunk): Promise<number> => {
        const message = {
          key: `${slot}.${chunk.index}`,
          partition,
          value: codec.encode(recordName.SnapshotChunk, chunk),
        }
        return firstOffsetIn(await producer.send({ topic, acks: -1, messages: [message] }), partition)
      }
      let firstOffset = -1
      let index = 0
      for (;;) {
        const { value, done } = await pieces.next()
        const bytes = done ? Buffer.alloc(0) : value
        const chunk = {
          ...head,
          slot,
          index,
          previousEnd,
          bytes: await this.compression.zip(bytes),
          end: null,
        }
        index += 1
        if (!done) {
          const offset = await send(chunk)
          if (firstOffset < 0) firstOffset = offset
          continue
        }
        const end = { chunks: index, firstOffset, foldHash: value }
        const last = { ...chunk, end }
        return whole(partition, await send(last), last)
      }
    } finally {
      await producer.disconnect().catch(() => {})
    }
  }

  private held(): { timers?: Timers; ids?: Ids } {
    const { timers, ids } = this.options
    return { ...(timers ? { timers } : {}), ...(ids ? { ids } : {}) }
  }

  private async wholeAt(partition: number, offset: number): Promise<WholeSnapshot | null> {
    const chunk = offset < 0 ? null : await this.chunkAt(partition, offset)
    return chunk?.end ? whole(partition, offset, chunk) : null
  }

  private async chunkAt(partition: number, offset: number): Promise<SnapshotChunk | null> {
    const { kafka, topic, logger } = this.options
    const at = { kafka, topic, partition, offset, logger, ...this.held() }
    const record = await readRecordAt(at)
    return record && this.decode(record)
  }

  /** Null where it is no piece of a snapshot. */
  private async decode({ value, partition, offset }: RawRecord): Promise<SnapshotChunk | null> {
    const { codec, logger } = this.options
    try {
      const { name, data } = await codec.decode(value ?? Buffer.alloc(0))
      return name === recordName.SnapshotChunk ? (data as SnapshotChunk) : null
    } catch (error) {
      logger.error({ err: error, partition, offset }, 'a record among the snapshots that cannot be read is ignored')
      return null
    }
  }
}

function whole(partition: number, endOffset: number, chunk: SnapshotChunk): WholeSnapshot {
  const { snapshotId, foldVersion, journalOffset, claimId, takenAt, takenBy, slot, previousEnd, end } = chunk
  const { chunks, foldHash, firstOffset } = end ?? { chunks: 0, foldHash: '', firstOffset: -1 }
  const head = { snapshotId, foldVersion, journalOffset, claimId, takenAt, takenBy }
  return {
    ...head,
    partition,
    slot,
    chunks,
    foldHash,
    firstOffset: firstOffset < 0 ? endOffset : firstOffset,
    endOffset,
    previousEnd,
  }
}
