import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { ByteReader } from '../log/wire/byte-reader.js'
import { ByteWriter } from '../log/wire/byte-writer.js'
import { crc32c } from '../log/wire/crc32c.js'
import type { Fetched } from './requests.js'

/** Bytes that are no batch of records, or not the one that was written. */
export class BrokenBatchError extends Error {}

/** A batch as Kafka keeps it, its header read. */
export interface Batch {
  baseOffset: number
  lastOffset: number
  producerId: number
  transactional: boolean
  /** Markers of transactions: no records of anybody. */
  control: boolean
  bytes: Buffer
}

/** A record as it lies in a batch. */
export interface RawEntry {
  offset: number
  /** As readers are told it: of the broker where the broker stamped it. UTC ms. */
  timestamp: number
  /** Key, value and headers, in Kafka's own form. */
  body: Buffer
}

const headerBytes = 61
const crcAt = 17
const checkedFrom = 21
const magic = 2
const bits = { compression: 0x07, appendTime: 0x08, transactional: 0x10, control: 0x20 } as const

/** The whole batches in the bytes; what is left of a last one that was cut off is not told of. @throws BrokenBatchError */
export function* batchesIn(bytes: Buffer): Generator<Batch> {
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const length = 12 + bytes.readInt32BE(at + 8)
    if (length < headerBytes) throw new BrokenBatchError(`a batch of ${length} bytes`)
    if (at + length > bytes.length) return
    yield read(bytes.subarray(at, at + length))
    at += length
  }
}

function read(bytes: Buffer): Batch {
  if (bytes.readInt8(16) !== magic) throw new BrokenBatchError(`a batch of format ${bytes.readInt8(16)}`)
  const reader = new ByteReader(bytes)
  const baseOffset = reader.int64()
  if (crc32c(bytes, checkedFrom) !== bytes.readUInt32BE(crcAt))
    throw new BrokenBatchError(`the batch at ${baseOffset} does not have its checksum`)
  const attributes = bytes.readInt16BE(21)
  reader.at = 43
  return {
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(23),
    producerId: reader.int64(),
    transactional: (attributes & bits.transactional) !== 0,
    control: (attributes & bits.control) !== 0,
    bytes,
  }
}

/** Those of a fetch, from `from` on, that hold committed records: no markers, nothing of a transaction that was given up. */
export function* committedBatches({ bytes, aborted }: Pick<Fetched, 'bytes' | 'aborted'>, from: number) {
  const waiting = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  const givenUp = new Set<number>()
  for (const batch of batchesIn(bytes)) {
    while (waiting.length > 0 && (waiting[0]?.firstOffset ?? 0) <= batch.lastOffset)
      givenUp.add(waiting.shift()?.producerId ?? -1)
    if (batch.control) givenUp.delete(batch.producerId)
    const counts = !batch.control && !(batch.transactional && givenUp.has(batch.producerId))
    if (batch.lastOffset >= from) yield { batch, counts }
  }
}

/** @throws BrokenBatchError, also where this build cannot unpack it */
export function* recordsOf(batch: Batch): Generator<RawEntry> {
  const { bytes, baseOffset } = batch
  const attributes = bytes.readInt16BE(21)
  const header = new ByteReader(bytes, 27)
  const first = header.int64()
  const max = header.int64()
  const appendTime = (attributes & bits.appendTime) !== 0
  const packed = bytes.subarray(headerBytes)
  const reader = new ByteReader(unpacked(packed, attributes & bits.compression, baseOffset))
  for (let left = bytes.readInt32BE(57); left > 0; left -= 1) {
    const length = reader.varint()
    const end = reader.at + length
    reader.int8()
    const delta = reader.varint()
    const offset = baseOffset + reader.varint()
    reader.need(end - reader.at)
    yield { offset, timestamp: appendTime ? max : first + delta, body: reader.bytes.subarray(reader.at, end) }
    reader.at = end
  }
}

function unpacked(packed: Buffer, how: number, offset: number): Buffer {
  if (how === 0) return packed
  if (how === 1) return gunzipSync(packed)
  if (how === 4) return zstdDecompressSync(packed)
  throw new BrokenBatchError(`the batch at ${offset} is compressed in a way (${how}) that no reader of ours knows`)
}

/** One batch of records that follow each other, with the times that they have, of no producer. */
export function buildBatch(records: readonly RawEntry[]): Buffer {
  const size = records.reduce((sum, { body }) => sum + body.length + 20, headerBytes)
  const first = records[0] as RawEntry
  const max = records.reduce((latest, { timestamp }) => Math.max(latest, timestamp), 0)
  const out = new ByteWriter(size)
  out.int64(0n)
  const length = out.later32()
  out.int32(-1)
  out.int8(magic)
  const crc = out.later32()
  out.int16(0)
  out.int32(records.length - 1)
  out.int64(BigInt(first.timestamp))
  out.int64(BigInt(max))
  out.int64(-1n)
  out.int16(-1)
  out.int32(-1)
  out.int32(records.length)
  for (const { offset, timestamp, body } of records)
    out.framed(() => {
      out.int8(0)
      out.varint(timestamp - first.timestamp)
      out.varint(offset - first.offset)
      out.raw(body)
    })
  out.patch32(crc, crc32c(out.written, checkedFrom))
  out.patch32(length, out.length - length - 4)
  return Buffer.from(out.written)
}
