import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { Codec } from '../codec/index.js'
import type { Ids, Timers } from '../ports/index.js'
import { type HeaderName, header } from './headers.js'
import { type LogReader, startLogReader } from './log-reader.js'
import { ReaderRule } from './reader-rule.js'
import type { JournalRecord, RawRecord } from './records.js'

/** A place in the journal: the next offset to read and the claim in force there. Stored together, always. */
export interface Cursor {
  partition: number
  offset: number
  claimId: string | null
}

/** A record that counts under the reader rule; its value is not decoded yet. */
export interface CountedRecord extends RawRecord {
  claimId: string
}

export interface JournalBatch {
  partition: number
  /** Those that count, in order. */
  records: CountedRecord[]
  /** The place after the batch, also past what was ignored. */
  cursor: Cursor
  /** The log's end (exclusive) as the broker knew it. */
  endOffset: number
}

export interface JournalReaderOptions {
  kafka: Kafka
  /** An events topic. */
  topic: string
  name: string
  cursors: Cursor[]
  /** As LogReaderOptions.onBatch: a throw makes the same records come again. */
  onBatch(batch: JournalBatch): Promise<void>
  /** Records of a stale claim were passed over. */
  onIgnored?(count: number, partition: number): void
  logger: Logger
  timers?: Timers
  ids?: Ids
  maxWaitMs?: number
}

/** Reads the journal under the reader rule, from stored places. */
export async function startJournalReader(options: JournalReaderOptions): Promise<LogReader> {
  const claims = new Map(options.cursors.map(({ partition, claimId }) => [partition, claimId]))
  return startLogReader({
    kafka: options.kafka,
    topic: options.topic,
    name: options.name,
    from: options.cursors,
    logger: options.logger,
    ...(options.timers ? { timers: options.timers } : {}),
    ...(options.ids ? { ids: options.ids } : {}),
    ...(options.maxWaitMs ? { maxWaitMs: options.maxWaitMs } : {}),
    async onBatch({ partition, records, nextOffset, endOffset }) {
      const rule = new ReaderRule(claims.get(partition) ?? null)
      const counted = countedRecords(rule, records)
      await options.onBatch({
        partition,
        records: counted,
        cursor: { partition, offset: nextOffset, claimId: rule.claimId },
        endOffset,
      })
      claims.set(partition, rule.claimId)
      if (counted.length < records.length) options.onIgnored?.(records.length - counted.length, partition)
    },
  })
}

/** Those of `records` that count, in order; moves the rule on. */
export function countedRecords(rule: ReaderRule, records: RawRecord[]): CountedRecord[] {
  const counted: CountedRecord[] = []
  for (const record of records) {
    const claimId = headerText(record, header.claimId)
    if (claimId !== null && rule.counts(headerText(record, header.type), claimId))
      counted.push(countedRecord(record, claimId))
  }
  return counted
}

/** Written out: a spread takes several times as long, and this is done for every record. */
function countedRecord({ topic, partition, offset, key, value, headers, appendedAt }: RawRecord, claimId: string) {
  return { topic, partition, offset, key, value, headers, appendedAt, claimId }
}

/** One header as text; null where it is absent. */
export function headerText(record: Pick<RawRecord, 'headers'>, name: HeaderName): string | null {
  const value = record.headers[name]
  if (value === undefined || Array.isArray(value)) return null
  return typeof value === 'string' ? value : value.toString('utf8')
}

/**
 * Decodes a record that counts. Synchronous once the schema is known.
 * @throws UnknownSchemaError, MalformedValueError (a fold must stop on either)
 */
export function decodeJournal(codec: Codec, record: CountedRecord): JournalRecord | Promise<JournalRecord> {
  const decoded = codec.decode(record.value ?? Buffer.alloc(0))
  return decoded instanceof Promise
    ? decoded.then((it) => toJournalRecord(record, it))
    : toJournalRecord(record, decoded)
}

function toJournalRecord(record: CountedRecord, { name, data }: { name: string; data: unknown }): JournalRecord {
  const time = headerText(record, header.time)
  return {
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    name,
    type: name.slice(name.lastIndexOf('.') + 1),
    data,
    subject: headerText(record, header.subject),
    streamVersion: headerNumber(record, header.streamVersion),
    claimId: record.claimId,
    commandId: headerText(record, header.commandId),
    commandOffset: headerNumber(record, header.commandOffset),
    callerId: headerText(record, header.callerId),
    correlationId: headerText(record, header.correlationId),
    causationId: headerText(record, header.causationId),
    time: time === null ? record.appendedAt : Date.parse(time),
    appendedAt: record.appendedAt,
  }
}

/** One header as a safe integer; null where it is absent or not a number. */
export function headerNumber(record: Pick<RawRecord, 'headers'>, name: HeaderName): number | null {
  const text = headerText(record, name)
  if (text === null) return null
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : null
}
