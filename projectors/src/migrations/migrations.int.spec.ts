import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Migration, migrate, openPool } from '@onsale/platform/sql'
import { createConnection, type Pool, type RowDataPacket } from 'mysql2/promise'
import { pino } from 'pino'
import { migrations, migrationsTable } from './index.js'

const name = `onsale_test_${randomBytes(6).toString('hex')}`
let url: URL
let pool: Pool

const admin = async (sql: string) => {
  const connection = await createConnection(Object.assign(new URL(url), { pathname: '/' }).href)
  await connection.query(sql)
  await connection.end()
}
const up = (to: Migration[]) =>
  migrate({ url: url.href, table: migrationsTable, migrations: to, logger: pino({ level: 'silent' }) })
const rowsOf = async (sql: string) => (await pool.query<RowDataPacket[]>(sql))[0]

beforeAll(async () => {
  url = new URL(process.env.ONSALE_SQL_PRIMARY_URL as string)
  await admin(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  url.pathname = `/${name}`
  pool = openPool({ url: url.href })
})
afterAll(async () => {
  await pool.end()
  await admin(`DROP DATABASE ${name}`)
})

it('rows of before stay right, and a migration that died half way is run again', async () => {
  await up(migrations.slice(0, 2))
  const categories =
    '[{"id":"A","name":"Front","color":"#f00","priceMinor":500,"places":3},{"id":"B","priceMinor":null}]'
  await pool.query(
    `INSERT INTO shows_v1 (show_id, plan_hash, venue, title, currency, categories, per_customer_limit, hold_ms, sales_from,
       sales_until, starts_at, scheduled_at, capacity, held, sold) VALUES ('s', 'p', 'v', 't', 'EUR', ?, 1, 2, 3, 4, 5, 6, 7, 0, 0)`,
    [categories],
  )
  await pool.query("INSERT INTO seat_maps_v1 VALUES ('s', 'p', 'EUR', ?, '[]', 0)", [categories])
  await pool.query(
    `INSERT INTO projection_checkpoint (projection, version, topic, partition_no, next_offset, updated_at) VALUES ('shows', 1, 't', 0, 9, 0)`,
  )
  await up(migrations)
  const check = async () => {
    expect(await rowsOf('SELECT published_at, paused_at, cancelled_at, prices, orphan_rule FROM shows_v1')).toEqual([
      {
        published_at: 6,
        paused_at: null,
        cancelled_at: null,
        prices: '[{"category":"A","priceMinor":500}]',
        orphan_rule: 'off',
      },
    ])
    expect(await rowsOf('SELECT prices, published FROM seat_maps_v1')).toEqual([
      { prices: '[{"category":"A","priceMinor":500}]', published: 1 },
    ])
    expect(await rowsOf('SELECT next_offset, epoch FROM projection_checkpoint')).toEqual([{ next_offset: 9, epoch: 0 }])
  }
  await check()
  await pool.query(`DELETE FROM ${migrationsTable}`)
  await pool.query('ALTER TABLE shows_v1 DROP COLUMN cancel_reason')
  await up(migrations)
  await check()
})
