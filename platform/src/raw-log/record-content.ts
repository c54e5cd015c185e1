import { ByteReader } from '../log/wire/byte-reader.js'

export interface RecordContent {
  key: Buffer | null
  value: Buffer | null
  /** In their order; a name may repeat. */
  headers: [name: string, value: Buffer | null][]
}

/** What the body of a raw record says. */
export function contentOf(body: Buffer): RecordContent {
  const reader = new ByteReader(body)
  const key = reader.varBytes()
  const value = reader.varBytes()
  const headers: RecordContent['headers'] = []
  for (let left = reader.varint(); left > 0; left -= 1)
    headers.push([reader.varBytes()?.toString('utf8') ?? '', reader.varBytes()])
  return { key, value, headers }
}

/** The first header of that name; null where there is none. */
export const headerOf = ({ headers }: RecordContent, wanted: string): string | null =>
  headers.find(([name]) => name === wanted)?.[1]?.toString('utf8') ?? null
