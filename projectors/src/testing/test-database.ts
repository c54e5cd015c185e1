import { randomBytes } from 'node:crypto'
import { migrate, openPool } from '@onsale/platform/sql'
import { createConnection, type Pool } from 'mysql2/promise'
import { pino } from 'pino'
import { migrations, migrationsTable } from '../migrations/index.js'

export interface TestDatabase {
  url: string
  pool: Pool
  drop(): Promise<void>
}

/** A database of its own on the primary that ONSALE_SQL_PRIMARY_URL names, with all tables. */
export async function testDatabase(): Promise<TestDatabase> {
  const primary = process.env.ONSALE_SQL_PRIMARY_URL
  if (!primary) throw new Error('ONSALE_SQL_PRIMARY_URL must name a MariaDB or MySQL server')
  const url = new URL(primary)
  const name = `onsale_test_${randomBytes(6).toString('hex')}`
  const server = new URL(url)
  server.pathname = '/'
  const admin = await createConnection(server.href)
  await admin.query(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  url.pathname = `/${name}`
  await migrate({ url: url.href, table: migrationsTable, migrations, logger: pino({ level: 'silent' }) })
  const pool = openPool({ url: url.href })
  return {
    url: url.href,
    pool,
    async drop() {
      await pool.end()
      await admin.query(`DROP DATABASE \`${name}\``)
      await admin.end()
    },
  }
}
