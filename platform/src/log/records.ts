/** A record as it lies in the log, headers parsed lazily, value not decoded. */
export interface RawRecord {
  topic: string
  partition: number
  offset: number
  key: string | null
  value: Buffer | null
  headers: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>
  /** Broker's LogAppendTime, UTC ms. */
  appendedAt: number
}

/** A record that counts (see reader-rule.ts), decoded. `name` is the full Avro name, `type` its last part. */
export interface JournalRecord<Type extends string = string, Data = unknown> {
  topic: string
  partition: number
  offset: number
  name: string
  type: Type
  data: Data
  /** Stream id; null on records of the partition itself (OwnerClaimed). */
  subject: string | null
  /** Version in the stream, from 1; null on records that belong to no stream (journal records). */
  streamVersion: number | null
  claimId: string
  commandId: string | null
  /** Offset of the command in its topic; null where time caused the event. */
  commandOffset: number | null
  callerId: string | null
  correlationId: string | null
  causationId: string | null
  /** ce_time, UTC ms: log time of the decision. */
  time: number
  /** Broker's LogAppendTime, UTC ms. */
  appendedAt: number
}
