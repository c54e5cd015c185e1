import type { Migration } from '@onsale/platform/sql'

/** Adds columns that are not there yet: MySQL has no ADD COLUMN IF NOT EXISTS, and a migration must be one that can run twice. */
export async function addColumns(
  knex: Parameters<Migration['up']>[0],
  table: string,
  columns: Record<string, string>,
): Promise<void> {
  const missing: string[] = []
  for (const [column, definition] of Object.entries(columns)) {
    if (!(await knex.schema.hasColumn(table, column))) missing.push(`ADD COLUMN ${column} ${definition}`)
  }
  if (missing.length > 0) await knex.raw(`ALTER TABLE ${table} ${missing.join(', ')}`)
}
