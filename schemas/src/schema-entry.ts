/**
 * command: `<env>.<context>.commands`; event: `<env>.<context>.events`; journal: every events topic; catalog: a topic of
 * its own. The kind decides the topic and the compatibility that the registry is asked to enforce.
 */
export type SchemaKind = 'command' | 'event' | 'journal' | 'catalog'

export interface SchemaEntry {
  /** Full record name. */
  readonly name: string
  readonly kind: SchemaKind
  /** reservation, venue, …; `journal` for the records that stand in every events topic. */
  readonly context: string
  /** The Avro schema, as JSON. */
  readonly schema: AvroRecordSchema
}

export interface AvroRecordSchema {
  readonly type: 'record'
  readonly name: string
  readonly namespace?: string
  readonly doc?: string
  readonly fields: readonly object[]
}
