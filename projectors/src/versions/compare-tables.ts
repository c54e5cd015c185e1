import type { Connection, RowDataPacket } from 'mysql2/promise'
import { type Table, tableName } from '../runtime/index.js'

const id = (name: string) => `\`${name}\``

/** Rows of one unit (a stream, or a partition) in one table: their number, and a hash that does not hang on their order. */
export interface UnitDigest {
  rows: number
  hash: string
}

/** What a unit's rows come from: by this column of the table. */
export const unitColumn = ({ madeFrom }: Table): { column: string; kind: 'stream' | 'partition' } | null => {
  if (!madeFrom) return null
  return 'stream' in madeFrom
    ? { column: madeFrom.stream, kind: 'stream' }
    : { column: madeFrom.partition, kind: 'partition' }
}

/** Columns that both layouts have, in one order. */
export const commonColumns = (a: Table, b: Table): string[] =>
  a.columns.filter((column) => b.columns.includes(column)).sort()

/** Digests of every unit, made by the server: the rows stay there. */
export async function unitDigests(
  connection: Connection,
  table: Table,
  version: number,
  unit: string,
  columns: readonly string[],
): Promise<Map<string, UnitDigest>> {
  // Each value with its length before it, so that no two rows read alike.
  const row = columns.map(
    (column) => `IF(${id(column)} IS NULL, '-', CONCAT(CHAR_LENGTH(${id(column)}), ':', ${id(column)}))`,
  )
  const digest = `MD5(CONCAT(${row.join(', ')}))`
  const half = (from: number) =>
    `LPAD(HEX(BIT_XOR(CAST(CONV(SUBSTR(digest, ${from}, 16), 16, 10) AS UNSIGNED))), 16, '0')`
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT unit, COUNT(*) AS row_count, CONCAT(${half(1)}, ${half(17)}) AS hash
     FROM (SELECT ${id(unit)} AS unit, ${digest} AS digest FROM ${id(tableName(table, version))}) AS d GROUP BY unit`,
  )
  return new Map(rows.map(({ unit: of, row_count, hash }) => [String(of), { rows: Number(row_count), hash }]))
}

/** A row that is not the same in both: what each has, null where it has no such row. */
export interface RowDifference {
  table: string
  key: string
  column: string | null
  before: unknown
  after: unknown
}

/** Most rows of a unit that are looked at to show what differs. */
const mostRows = 100_000

export async function rowDifferences(
  connection: Connection,
  [before, beforeVersion]: [Table, number],
  [after, afterVersion]: [Table, number],
  unit: { column: string; value: string },
  columns: readonly string[],
  most: number,
): Promise<RowDifference[]> {
  const read = async (table: Table, version: number) => {
    const [rows] = await connection.query<RowDataPacket[]>(
      `SELECT ${columns.map(id).join(', ')} FROM ${id(tableName(table, version))} WHERE ${id(unit.column)} = ?
       ORDER BY ${table.key.map(id).join(', ')} LIMIT ${mostRows}`,
      [unit.value],
    )
    return new Map(rows.map((row) => [table.key.map((column) => row[column]).join('/'), row]))
  }
  const old = await read(before, beforeVersion)
  const differences: RowDifference[] = []
  const differs = (key: string, column: string | null, was: unknown, is: unknown) =>
    differences.push({ table: after.name, key, column, before: was, after: is })
  for (const [key, row] of await read(after, afterVersion)) {
    if (differences.length >= most) return differences
    const was = old.get(key)
    old.delete(key)
    if (!was) differs(key, null, null, row)
    else for (const column of columns) if (was[column] !== row[column]) differs(key, column, was[column], row[column])
  }
  for (const [key, row] of old) differs(key, null, row, null)
  return differences.slice(0, most)
}
