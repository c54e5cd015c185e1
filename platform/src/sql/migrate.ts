import type { Knex } from 'knex'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import type { Logger } from 'pino'
import { openKnex } from './knex.js'

export interface Migration {
  /** Sorts in the order of application and never changes. */
  name: string
  /** DDL commits by itself on MySQL, so every statement must be one that can run twice (IF NOT EXISTS). */
  up(knex: Knex): Promise<void>
}

/** Longest wait for another process that migrates the same database, seconds. */
const lockWaitSeconds = 120

/**
 * Brings the database to the last migration; returns the names of those applied now. Safe to run from several processes at
 * a time: a server-side named lock, which ends with the connection, lets one after the other through. knex's own lock would
 * stay locked after a crash, so under ours it is freed first.
 */
export async function migrate(options: {
  url: string
  /** Name of the migrations table, one per set of migrations. */
  table: string
  migrations: Migration[]
  logger: Logger
}): Promise<string[]> {
  // The lock lives on a connection of its own: knex takes and gives back its connections as it likes.
  const lock = await createConnection({ uri: options.url, connectTimeout: 3_000 })
  const knex = openKnex(options.url)
  try {
    const [rows] = await lock.query<RowDataPacket[]>(
      // Named locks are the server's, not the database's.
      "SELECT GET_LOCK(CONCAT(LEFT(DATABASE(), 30), '.', ?), ?) AS got",
      [options.table, lockWaitSeconds],
    )
    if (rows[0]?.got !== 1)
      throw new Error(`another process has been migrating ${options.table} for ${lockWaitSeconds} s`)
    const settings = {
      tableName: options.table,
      disableTransactions: true,
      migrationSource: {
        getMigrations: async () => options.migrations,
        getMigrationName: ({ name }: Migration) => name,
        getMigration: async ({ up }: Migration) => ({ up, down: async () => {} }),
      },
    }
    if (await knex.schema.hasTable(`${options.table}_lock`)) await knex.migrate.forceFreeMigrationsLock(settings)
    const [, applied] = (await knex.migrate.latest(settings)) as [number, string[]]
    for (const name of applied) options.logger.info({ migration: name }, 'migrated')
    return applied
  } finally {
    await knex.destroy()
    await lock.end().catch(() => lock.destroy())
  }
}
