export { recordName, schemas } from './catalog.gen.js'
export type * from './records.gen.js'
export type { AvroRecordSchema, SchemaEntry, SchemaKind } from './schema-entry.js'
