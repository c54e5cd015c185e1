import { ByteWriter } from './byte-writer.js'
import { crc32c } from './crc32c.js'

/** What kafkajs hands to the encoding of a Produce request, as far as it is used here. */
export interface ProduceFacts {
  transactionalId?: string | null
  acks: number
  timeout: number
  producerId?: unknown
  producerEpoch?: number
  topicData: { topic: string; partitions: ProducePartition[] }[]
}

interface ProducePartition {
  partition: number
  firstSequence?: number
  messages: ProducedMessage[]
}

type HeaderValue = Uint8Array | string | null | undefined
interface ProducedMessage {
  key?: Uint8Array | string | null
  value: Uint8Array | string | null
  headers?: Record<string, HeaderValue | HeaderValue[]>
  /** UTC ms. */
  timestamp?: string | number | null
}

const magic = 2
const transactionalBit = 16
/** A record of ours, about. */
const recordBytes = 1_536

/**
 * The body of a Produce request, versions 3 to 8, uncompressed: one record batch a partition, in one pass and one buffer. (kafkajs
 * makes an encoder for each header and counts in BigInt.)
 * @param memory what it is written to while there is room
 */
export function encodeProduce(facts: ProduceFacts, now: number, memory?: Buffer): Buffer {
  const { transactionalId = null, acks, timeout, topicData } = facts
  const records = topicData.reduce(
    (sum, { partitions }) => partitions.reduce((n, { messages }) => n + messages.length, sum),
    0,
  )
  const out = new ByteWriter(memory ?? 256 + records * recordBytes)
  out.text16(transactionalId)
  out.int16(acks)
  out.int32(timeout)
  out.int32(topicData.length)
  for (const { topic, partitions } of topicData) {
    out.text16(topic)
    out.int32(partitions.length)
    for (const partition of partitions) {
      out.int32(partition.partition)
      const size = out.later32()
      writeBatch(out, partition, facts, now)
      out.patch32(size, out.length - size - 4)
    }
  }
  return out.written
}

function writeBatch(
  out: ByteWriter,
  { messages, firstSequence = 0 }: ProducePartition,
  facts: ProduceFacts,
  now: number,
) {
  const { transactionalId = null, producerId = -1, producerEpoch = 0 } = facts
  const stamps = messages.flatMap(({ timestamp }) => (timestamp == null ? [] : [Number(timestamp)]))
  const first = stamps.length > 0 ? Math.min(...stamps) : now
  const last = stamps.length > 0 ? Math.max(...stamps) : now
  out.int64(0n)
  const length = out.later32()
  out.int32(0)
  out.int8(magic)
  const crc = out.later32()
  const checked = out.length
  out.int16(transactionalId === null ? 0 : transactionalBit)
  out.int32(messages.length - 1)
  out.int64(BigInt(first))
  out.int64(BigInt(last))
  out.int64(BigInt(String(producerId)))
  out.int16(producerEpoch)
  out.int32(firstSequence)
  out.int32(messages.length)
  for (const [at, message] of messages.entries())
    writeRecord(out, message, at, message.timestamp == null ? now - first : Number(message.timestamp) - first)
  out.patch32(crc, crc32c(out.written, checked))
  out.patch32(length, out.length - length - 4)
}

function writeRecord(
  out: ByteWriter,
  { key, value, headers = {} }: ProducedMessage,
  offsetDelta: number,
  timestampDelta: number,
) {
  out.framed(() => {
    out.int8(0)
    out.varint(timestampDelta)
    out.varint(offsetDelta)
    out.varBytes(key)
    out.varBytes(value)
    const names = Object.keys(headers)
    out.varint(names.reduce((count, name) => count + (Array.isArray(headers[name]) ? headers[name].length : 1), 0))
    for (const name of names) {
      const given = headers[name]
      if (Array.isArray(given)) for (const one of given) writeHeader(out, name, one)
      else writeHeader(out, name, given)
    }
  })
}

/** Names come from a few constants, so each is encoded once. Bounded, should they ever come from elsewhere. */
const encodedNames = new Map<string, Uint8Array>()
const mostNames = 1_000

function writeHeader(out: ByteWriter, name: string, value: HeaderValue): void {
  let encoded = encodedNames.get(name)
  if (!encoded) {
    const writer = new ByteWriter(name.length + 5)
    writer.varBytes(name)
    encoded = Uint8Array.from(writer.written)
    if (encodedNames.size < mostNames) encodedNames.set(name, encoded)
  }
  out.raw(encoded)
  out.varBytes(value)
}
