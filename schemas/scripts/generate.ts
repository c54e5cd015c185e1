import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AvroRecord, fullName, readSchemas, schemasRoom } from './avsc-files.ts'
import { interfacesOf } from './interfaces.ts'

// Writes src/records.gen.ts (an interface for each record) and src/catalog.gen.ts (the schemas themselves).
const kinds: [namespace: RegExp, kind: string, context: (match: RegExpMatchArray) => string][] = [
  [/^onsale\.journal$/, 'journal', () => 'journal'],
  [/^onsale\.([a-z]+)\.commands$/, 'command', (match) => match[1] as string],
  [/^onsale\.([a-z]+)\.events$/, 'event', (match) => match[1] as string],
  [/^onsale\.([a-z]+)$/, 'catalog', (match) => match[1] as string],
]

function entryOf(schema: AvroRecord): { name: string; kind: string; context: string; schema: AvroRecord } {
  for (const [namespace, kind, context] of kinds) {
    const match = schema.namespace?.match(namespace)
    if (match) return { name: fullName(schema), kind, context: context(match), schema }
  }
  throw new Error(
    `${fullName(schema)}: the namespace says neither onsale.<context>.commands|events nor onsale.<context>`,
  )
}

const schemas = readSchemas()
const entries = schemas.map(entryOf)
const header = '// Generated from avro/**/*.avsc by scripts/generate.ts.\n'

writeFileSync(
  join(schemasRoom, 'src/records.gen.ts'),
  `${header}${interfacesOf(schemas)}
/** Full record name → what its values look like. */
export interface Records {
${schemas.map((schema) => `  '${fullName(schema)}': ${schema.name}`).join('\n')}
}
`,
)
writeFileSync(
  join(schemasRoom, 'src/catalog.gen.ts'),
  `${header}import type { Records } from './records.gen.js'
import type { SchemaEntry } from './schema-entry.js'

/** Short name → full record name. */
export const recordName = {
${schemas.map((schema) => `  ${schema.name}: '${fullName(schema)}',`).join('\n')}
} as const satisfies Record<string, keyof Records>

/** Every schema, by full record name. */
export const schemas: ReadonlyMap<string, SchemaEntry> = new Map<string, SchemaEntry>(
  (${JSON.stringify(entries, null, 2)} satisfies SchemaEntry[]).map((entry) => [entry.name, entry]),
)
`,
)
