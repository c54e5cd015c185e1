import type { openPool } from '@onsale/platform/sql'
import { type Table, tableName } from '@onsale/projectors'

type Pool = ReturnType<typeof openPool>

const rowsAtOnce = 1_000
/** As many rows to a transaction as a rebuild has. */
const statementsPerTransaction = 5
/** Rows in memory at a time. */
const page = 100_000

/**
 * How many of the same rows a second the server takes by multi-row upserts alone, without a log, in as many transactions at a
 * time as there are partitions: into a table of the same layout that is empty at first, every row that the rebuild left there, then the first of them
 * once more, until as many were written as the rebuild wrote. Reading them does not count.
 */
export async function upsertLimit(
  pool: Pool,
  { name, key, columns }: Pick<Table, 'name' | 'key' | 'columns'>,
  version: number,
  rows: number,
  atATime: number,
): Promise<number> {
  const from = `\`${tableName({ name }, version)}\``
  const to = `\`${name}_upsert_limit\``
  const quoted = columns.map((column) => `\`${column}\``)
  const keys = key.map((column) => `\`${column}\``).join(', ')
  const select = `SELECT ${quoted.join(', ')} FROM ${from}`
  const assignments = quoted.filter((column) => !key.includes(column.slice(1, -1))).map((it) => `${it} = VALUES(${it})`)
  const upsert = `INSERT INTO ${to} (${quoted.join(', ')}) VALUES ? ON DUPLICATE KEY UPDATE ${assignments.join(', ')}`

  const readAfter = async (last: unknown[] | null): Promise<unknown[][]> => {
    const where = last ? `WHERE (${keys}) > (?)` : ''
    const sql = `${select} ${where} ORDER BY ${keys} LIMIT ${page}`
    const [found] = await pool.query({ sql, rowsAsArray: true, values: last ? [last] : [] })
    return found as unknown[][]
  }
  const write = async (values: unknown[][], next: { row: number }) => {
    const connection = await pool.getConnection()
    try {
      while (next.row < values.length) {
        await connection.query('START TRANSACTION')
        for (let statement = 0; statement < statementsPerTransaction && next.row < values.length; statement += 1) {
          const some = values.slice(next.row, next.row + rowsAtOnce)
          next.row += some.length
          await connection.query(upsert, [some])
        }
        await connection.query('COMMIT')
      }
    } finally {
      connection.release()
    }
  }

  await pool.query(`CREATE TABLE ${to} LIKE ${from}`)
  let written = 0
  let ms = 0
  let last: unknown[] | null = null
  while (written < rows) {
    const all = await readAfter(last)
    if (all.length === 0 && !last) break
    const values = all.slice(0, rows - written)
    last = all.length === page ? key.map((column) => all.at(-1)?.[columns.indexOf(column)]) : null
    const began = performance.now()
    const next = { row: 0 }
    await Promise.all(Array.from({ length: atATime }, () => write(values, next)))
    ms += performance.now() - began
    written += values.length
  }
  await pool.query(`DROP TABLE ${to}`)
  return ms === 0 ? 0 : written / (ms / 1_000)
}
