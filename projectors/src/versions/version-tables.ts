import type { Pool } from 'mysql2/promise'
import { type AnyProjection, type Table, tableName } from '../runtime/index.js'

const options = 'ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'

/** The tables of a version, where they are not there yet. */
export async function createTables(
  pool: Pool,
  { tables }: Pick<AnyProjection, 'tables'>,
  version: number,
): Promise<void> {
  for (const table of tables)
    await pool.query(`CREATE TABLE IF NOT EXISTS \`${tableName(table, version)}\` (${table.layout}) ${options}`)
}

/** Whatever revision it was of: the tables of all of them. */
export async function dropTables(pool: Pool, revisions: readonly AnyProjection[], version: number): Promise<void> {
  const names = new Set(revisions.flatMap(({ tables }) => tables.map((table: Table) => tableName(table, version))))
  for (const name of names) await pool.query(`DROP TABLE IF EXISTS \`${name}\``)
}
