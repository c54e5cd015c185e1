import { createHash } from 'node:crypto'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import { type Table, tableName } from './runtime/index.js'

const page = 10_000

/** SHA-256 (hex) over all rows in the order of their keys: two tables with the same rows have the same digest, and no others. */
export async function tableDigest(
  pool: Pool,
  { name, key, columns }: Table,
  version = 1,
): Promise<{ digest: string; rows: number }> {
  const hash = createHash('sha256')
  const ordered = [...columns].sort()
  const quoted = (all: readonly string[]) => all.map((column) => `\`${column}\``).join(', ')
  const select = `SELECT ${quoted(ordered)} FROM \`${tableName({ name }, version)}\``
  const order = `ORDER BY ${quoted(key)} LIMIT ${page}`
  const after = `(${quoted(key)}) > (${key.map(() => '?').join(', ')})`
  let rows = 0
  for (let last: RowDataPacket | null = null; ; ) {
    const [found]: [RowDataPacket[], unknown] = last
      ? await pool.query<RowDataPacket[]>(
          `${select} WHERE ${after} ${order}`,
          key.map((column) => last?.[column]),
        )
      : await pool.query<RowDataPacket[]>(`${select} ${order}`)
    for (const row of found) hash.update(`${JSON.stringify(ordered.map((column) => row[column]))}\n`)
    rows += found.length
    last = found.at(-1) ?? null
    if (found.length < page) return { digest: hash.digest('hex'), rows }
  }
}
