import type { ByteReader } from '../log/wire/byte-reader.js'
import type { Request } from './connection.js'

// The few requests that the raw log is made of, in the versions that every broker since Kafka 2.4 speaks.

/** Codes of the broker's answers that somebody here acts upon. */
export const errorCode = { offsetOutOfRange: 1, notLeader: 6, none: 0 } as const
/** They pass, or a new look at the metadata mends them. */
export const passing = new Set([3, 5, 6, 7, 9, 13, 14, 19, 20, 56, 74, 75, 76])

export interface Fetched {
  error: number
  highWatermark: number
  lastStable: number
  aborted: { producerId: number; firstOffset: number }[]
  /** Whole batches, and perhaps the beginning of one more. */
  bytes: Buffer
}

/** What is committed, from the batch on that has the offset. */
export const fetchRequest = (
  topic: string,
  partition: number,
  offset: number,
  { maxBytes, maxWaitMs }: { maxBytes: number; maxWaitMs: number },
): Request => ({
  apiKey: 1,
  apiVersion: 11,
  body(out) {
    out.int32(-1)
    out.int32(maxWaitMs)
    out.int32(1)
    out.int32(maxBytes)
    out.int8(1)
    out.int32(0)
    out.int32(-1)
    out.int32(1)
    out.text16(topic)
    out.int32(1)
    out.int32(partition)
    out.int32(-1)
    out.int64(BigInt(offset))
    out.int64(-1n)
    out.int32(maxBytes)
    out.int32(0)
    out.text16('')
  },
})

export function readFetched(answer: ByteReader): Fetched {
  answer.int32()
  const error = answer.int16()
  answer.int32()
  if (error !== 0 || answer.int32() === 0)
    return { error, highWatermark: -1, lastStable: -1, aborted: [], bytes: Buffer.alloc(0) }
  answer.text16()
  answer.int32()
  answer.int32()
  const own = answer.int16()
  const highWatermark = answer.int64()
  const lastStable = answer.int64()
  answer.int64()
  const aborted: Fetched['aborted'] = []
  for (let left = answer.int32(); left > 0; left -= 1)
    aborted.push({ producerId: answer.int64(), firstOffset: answer.int64() })
  answer.int32()
  const size = answer.int32()
  const bytes = answer.bytes.subarray(answer.at, answer.at + Math.max(0, size))
  return { error: own, highWatermark, lastStable, aborted, bytes }
}

/** One batch, made by `buildBatch`, acknowledged by all that are in sync. */
export const produceRequest = (topic: string, partition: number, batch: Buffer, timeoutMs: number): Request => ({
  apiKey: 0,
  apiVersion: 7,
  body(out) {
    out.text16(null)
    out.int16(-1)
    out.int32(timeoutMs)
    out.int32(1)
    out.text16(topic)
    out.int32(1)
    out.int32(partition)
    out.int32(batch.length)
    out.raw(batch)
  },
})

export function readProduced(answer: ByteReader): { error: number; baseOffset: number } {
  answer.int32()
  answer.text16()
  answer.int32()
  answer.int32()
  return { error: answer.int16(), baseOffset: answer.int64() }
}

/** First offset (-2) or end (-1) of a partition; the end with open transactions, or before the first of them. */
export const offsetRequest = (
  topic: string,
  partition: number,
  which: -1 | -2,
  isolation: 'committed' | 'uncommitted',
): Request => ({
  apiKey: 2,
  apiVersion: 2,
  body(out) {
    out.int32(-1)
    out.int8(isolation === 'committed' ? 1 : 0)
    out.int32(1)
    out.text16(topic)
    out.int32(1)
    out.int32(partition)
    out.int64(BigInt(which))
  },
})

export function readOffset(answer: ByteReader): { error: number; offset: number } {
  answer.int32()
  answer.int32()
  answer.text16()
  answer.int32()
  answer.int32()
  const error = answer.int16()
  answer.int64()
  return { error, offset: answer.int64() }
}

/**
 * The end of a transaction that has nothing in it: what Kafka's own coordinator sends to a partition's leader, and kafka-transactions.sh
 * to end a hanging one. It leaves one record that readers pass over.
 */
export const markerRequest = (topic: string, partition: number, producerId: number): Request => ({
  apiKey: 27,
  apiVersion: 1,
  flexible: true,
  body(out) {
    const one = 2
    out.int8(one)
    out.int64(BigInt(producerId))
    out.int16(0)
    out.int8(0)
    out.int8(one)
    const name = Buffer.from(topic)
    unsigned(out, name.length + 1)
    out.raw(name)
    out.int8(one)
    out.int32(partition)
    out.int8(0)
    out.int32(0)
    out.int8(0)
    out.int8(0)
  },
})

export function readMarked(answer: ByteReader): { error: number } {
  answer.int8()
  answer.int64()
  answer.int8()
  const nameBytes = readUnsigned(answer) - 1
  answer.at += nameBytes
  answer.int8()
  answer.int32()
  return { error: answer.int16() }
}

/** Takes away what lies before the offset. */
export const deleteRequest = (topic: string, partition: number, offset: number, timeoutMs: number): Request => ({
  apiKey: 21,
  apiVersion: 1,
  body(out) {
    out.int32(1)
    out.text16(topic)
    out.int32(1)
    out.int32(partition)
    out.int64(BigInt(offset))
    out.int32(timeoutMs)
  },
})

export function readDeleted(answer: ByteReader): { error: number } {
  answer.int32()
  answer.int32()
  answer.text16()
  answer.int32()
  answer.int32()
  answer.int64()
  return { error: answer.int16() }
}

/** A producer id that nobody else has. */
export const producerIdRequest: Request = {
  apiKey: 22,
  apiVersion: 1,
  body(out) {
    out.text16(null)
    out.int32(60_000)
  },
}

export function readProducerId(answer: ByteReader): { error: number; producerId: number } {
  answer.int32()
  return { error: answer.int16(), producerId: answer.int64() }
}

function unsigned(out: Parameters<Request['body']>[0], value: number): void {
  let left = value
  for (; left >= 0x80; left >>>= 7) out.int8(((left & 0x7f) | 0x80) - 256)
  out.int8(left)
}

function readUnsigned(answer: ByteReader): number {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = answer.int8() & 0xff
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return value
  }
}
