import type { openPool } from '@onsale/platform/sql'
import { type Table, tableName } from '@onsale/projectors'

type Pool = ReturnType<typeof openPool>

const rowsAtOnce = 1_000
const statementsPerTransaction = 2

/**
 * How many of the same rows a second the server takes by multi-row upserts alone, without a log, in as many transactions at a
 * time as there are partitions. The rows are written again and again until as many were written as the rebuild wrote.
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
  const [all] = await pool.query(`SELECT ${quoted.join(', ')} FROM ${from} ORDER BY ${key.join(', ')} LIMIT 200000`)
  const values = (all as Record<string, unknown>[]).map((row) => columns.map((column) => row[column]))
  if (values.length === 0) return 0
  await pool.query(`CREATE TABLE ${to} LIKE ${from}`)
  const assignments = quoted.filter((column) => !key.includes(column.slice(1, -1))).map((it) => `${it} = VALUES(${it})`)
  const sql = `INSERT INTO ${to} (${quoted.join(', ')}) VALUES ? ON DUPLICATE KEY UPDATE ${assignments.join(', ')}`
  let next = 0
  const began = performance.now()
  const write = async () => {
    const connection = await pool.getConnection()
    try {
      while (next < rows) {
        await connection.query('START TRANSACTION')
        for (let statement = 0; statement < statementsPerTransaction && next < rows; statement += 1) {
          const at = next % values.length
          const some = values.slice(at, at + rowsAtOnce)
          next += some.length
          await connection.query(sql, [some])
        }
        await connection.query('COMMIT')
      }
    } finally {
      connection.release()
    }
  }
  await Promise.all(Array.from({ length: atATime }, write))
  const seconds = (performance.now() - began) / 1_000
  await pool.query(`DROP TABLE ${to}`)
  return next / seconds
}
