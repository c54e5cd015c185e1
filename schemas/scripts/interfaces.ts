import type { AvroField, AvroRecord } from './avsc-files.ts'

const primitives: Record<string, string> = {
  string: 'string',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Buffer',
  null: 'null',
}

/**
 * TypeScript of all the records, nested ones included. A short name is one interface: records that share it
 * (AreaQuantity of commands and of events) must have the same fields.
 */
export function interfacesOf(schemas: AvroRecord[]): string {
  const interfaces = new Map<string, string>()

  const typeOf = (type: unknown): string => {
    if (Array.isArray(type)) return type.map(typeOf).join(' | ')
    if (typeof type === 'string') {
      const short = type.slice(type.lastIndexOf('.') + 1)
      const known = primitives[type] ?? (interfaces.has(short) ? short : undefined)
      if (known) return known
    } else if (typeof type === 'object' && type !== null && 'type' in type) {
      if (type.type === 'record') return addRecord(type as AvroRecord)
      if (type.type === 'array') {
        const items = typeOf((type as unknown as { items: unknown }).items)
        return items.includes(' ') ? `(${items})[]` : `${items}[]`
      }
      return typeOf(type.type)
    }
    throw new Error(`no TypeScript for the Avro type ${JSON.stringify(type)}`)
  }

  const fieldOf = ({ name, type, doc }: AvroField) => `${doc ? `  /** ${doc} */\n` : ''}  ${name}: ${typeOf(type)}`

  const addRecord = (record: AvroRecord): string => {
    const body = `export interface ${record.name} {\n${record.fields.map(fieldOf).join('\n')}\n}\n`
    const same = interfaces.get(record.name)
    if (same !== undefined && same !== body) throw new Error(`two records named ${record.name} have different fields`)
    interfaces.set(record.name, body)
    return record.name
  }

  for (const schema of schemas) addRecord(schema)
  return [...interfaces.values()].map((body) => `\n${body}`).join('')
}
