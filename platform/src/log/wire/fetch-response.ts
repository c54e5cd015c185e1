import { ByteReader, OutOfBytesError } from './byte-reader.js'
import { HeaderContents } from './header-contents.js'
import { HeaderNames } from './header-names.js'

/** A Fetch response, version 11, as kafkajs's own decoding gives it: numbers of 64 bits are text. */
export interface FetchResponse {
  throttleTime: number
  clientSideThrottleTime: number
  errorCode: number
  sessionId: number
  responses: { topicName: string; partitions: FetchedPartition[] }[]
}

interface FetchedPartition {
  partition: number
  errorCode: number
  highWatermark: string
  lastStableOffset: string
  lastStartOffset: string
  abortedTransactions: { producerId: string; firstOffset: string }[]
  preferredReadReplica: number
  messages: FetchedMessage[]
}

interface BatchContext {
  firstOffset: string
  firstTimestamp: string
  partitionLeaderEpoch: number
  inTransaction: boolean
  isControlBatch: boolean
  lastOffsetDelta: number
  producerId: string
  producerEpoch: number
  firstSequence: number
  maxTimestamp: string
  timestampType: 0 | 1
  magicByte: number
}

interface FetchedMessage {
  magicByte: number
  attributes: number
  timestamp: string
  offset: string
  key: Buffer | null
  value: Buffer | null
  headers: Record<string, Buffer | null | (Buffer | null)[]>
  isControlRecord: boolean
  batchContext: BatchContext
}

const magic = 2
const compressionBits = 0x07
const logAppendTimeBit = 0x08
const transactionalBit = 0x10
const controlBit = 0x20
const batchOverhead = 61
const names = new HeaderNames()
const contents = new HeaderContents()

/** A batch of another form (compressed, or of Kafka before 0.11): for kafkajs to decode. */
class OtherFormError extends Error {}

/** Null where some batch has another form than ours. */
export function decodeFetch(payload: Buffer): FetchResponse | null {
  const reader = new ByteReader(payload)
  try {
    const clientSideThrottleTime = reader.int32()
    const errorCode = reader.int16()
    const sessionId = reader.int32()
    const responses = many(reader, () => ({
      topicName: reader.text16(),
      partitions: many(reader, () => readPartition(reader)),
    }))
    // As kafkajs says it: a broker that throttles lets the client do it.
    return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses }
  } catch (error) {
    if (error instanceof OtherFormError) return null
    throw error
  }
}

const many = <Item>(reader: ByteReader, read: () => Item): Item[] => {
  const items: Item[] = []
  for (let left = reader.int32(); left > 0; left -= 1) items.push(read())
  return items
}

function readPartition(reader: ByteReader): FetchedPartition {
  return {
    partition: reader.int32(),
    errorCode: reader.int16(),
    highWatermark: String(reader.int64()),
    lastStableOffset: String(reader.int64()),
    lastStartOffset: String(reader.int64()),
    abortedTransactions: many(reader, () => ({
      producerId: String(reader.int64()),
      firstOffset: String(reader.int64()),
    })),
    preferredReadReplica: reader.int32(),
    messages: readMessages(reader),
  }
}

function readMessages(reader: ByteReader): FetchedMessage[] {
  const size = reader.int32()
  if (size <= 0) return []
  reader.need(size)
  const end = reader.at + size
  const messages: FetchedMessage[] = []
  const batches = new ByteReader(reader.bytes, reader.at, end)
  while (batches.left >= batchOverhead) {
    const firstOffset = batches.int64()
    const length = batches.int32()
    // The broker cuts off what is past the size asked for, in the middle of a batch.
    if (batches.left < length) break
    if (length < 0) throw new OutOfBytesError(`a batch of ${length} bytes`)
    const batchEnd = batches.at + length
    readBatch(new ByteReader(reader.bytes, batches.at, batchEnd), firstOffset, messages)
    batches.at = batchEnd
  }
  reader.at = end
  return messages
}

function readBatch(reader: ByteReader, firstOffset: number, into: FetchedMessage[]): void {
  const partitionLeaderEpoch = reader.int32()
  const magicByte = reader.int8()
  if (magicByte !== magic) throw new OtherFormError()
  reader.int32()
  const attributes = reader.int16()
  if ((attributes & compressionBits) !== 0) throw new OtherFormError()
  const lastOffsetDelta = reader.int32()
  const firstTimestamp = reader.int64()
  const maxTimestamp = reader.int64()
  const context: BatchContext = {
    firstOffset: String(firstOffset),
    firstTimestamp: String(firstTimestamp),
    partitionLeaderEpoch,
    inTransaction: (attributes & transactionalBit) !== 0,
    isControlBatch: (attributes & controlBit) !== 0,
    lastOffsetDelta,
    producerId: String(reader.int64()),
    producerEpoch: reader.int16(),
    firstSequence: reader.int32(),
    maxTimestamp: String(maxTimestamp),
    timestampType: (attributes & logAppendTimeBit) !== 0 ? 1 : 0,
    magicByte,
  }
  for (let left = reader.int32(); left > 0; left -= 1)
    into.push(readRecord(reader, firstOffset, firstTimestamp, context))
}

/** A name that came before, or one that every object has: as an own property, whatever it is called. */
function addAgain(headers: FetchedMessage['headers'], name: string, content: Buffer | null): void {
  const earlier = Object.hasOwn(headers, name) ? headers[name] : undefined
  const value = earlier === undefined ? content : Array.isArray(earlier) ? [...earlier, content] : [earlier, content]
  Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true })
}

function readRecord(
  reader: ByteReader,
  firstOffset: number,
  firstTimestamp: number,
  context: BatchContext,
): FetchedMessage {
  const end = reader.varint() + reader.at
  const attributes = reader.int8()
  const timestampDelta = reader.varint()
  const offsetDelta = reader.varint()
  const key = reader.varBytes()
  const value = reader.varBytes()
  const headers: FetchedMessage['headers'] = {}
  for (let left = reader.varint(); left > 0; left -= 1) {
    const name = names.read(reader)
    const content = contents.read(reader, name)
    if (headers[name] === undefined) headers[name] = content
    else addAgain(headers, name, content)
  }
  if (reader.at !== end) throw new OutOfBytesError(`a record ends at ${reader.at}, not where it says (${end})`)
  return {
    magicByte: context.magicByte,
    attributes,
    timestamp: context.timestampType === 1 ? context.maxTimestamp : String(firstTimestamp + timestampDelta),
    offset: String(firstOffset + offsetDelta),
    key,
    value,
    headers,
    isControlRecord: context.isControlBatch,
    batchContext: context,
  }
}
