import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// Runs under plain Node (type stripping) before anything is built, so it imports nothing but Node.
export interface AvroField {
  name: string
  type: unknown
  doc?: string
  default?: unknown
}

export interface AvroRecord {
  type: 'record'
  name: string
  namespace?: string
  doc?: string
  fields: AvroField[]
}

export const schemasRoom = join(import.meta.dirname, '..')

export const fullName = ({ name, namespace }: AvroRecord): string => (namespace ? `${namespace}.${name}` : name)

/** Every current schema, by full name. */
export function readSchemas(): AvroRecord[] {
  const folder = join(schemasRoom, 'avro')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.avsc'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as AvroRecord)
    .sort((a, b) => (fullName(a) < fullName(b) ? -1 : 1))
}
