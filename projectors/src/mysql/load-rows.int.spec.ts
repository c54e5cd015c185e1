import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createPool, type Pool, type PoolOptions, type RowDataPacket } from 'mysql2/promise'
import { RowBatch } from '../runtime/index.js'
import { type SeatRow, seats } from '../seats/tables.js'
import { type TestDatabase, testDatabase } from '../testing/test-database.js'
import { MysqlStore } from './mysql-store.js'

const id = { projection: 'seats', version: 1, topic: 'test.reservation.events', partition: 0 }
/** What text may hold, and what a file of rows might take for something else. */
const texts = [
  'plain',
  '',
  'a\tb',
  'a\nb',
  'a\\b',
  '\\N',
  'NULL',
  "O'Hara",
  '"x"',
  '자리 12',
  '🎟',
  '\0',
  '\r\n',
  '\\',
  '\t',
  '?',
]

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.drop())
beforeEach(() => database.pool.query('DELETE FROM seats_v1'))

const seat = (at: number, more: Partial<SeatRow> = {}): SeatRow => ({
  show_id: `show-${at % 3}`,
  seat_id: `seat-${at}`,
  ordinal: at,
  section: texts[at % texts.length] as string,
  row_name: texts[(at + 5) % texts.length] as string,
  number: `${at}`,
  category: 'A',
  x: at * 1.5 - 300,
  y: 1e-7 * (at + 1),
  accessible_use: at % 2 ? null : 'companion',
  status: 'free',
  reservation_id: at % 4 ? null : `reservation-${at}`,
  ...more,
})
const many = (count: number, more: Partial<SeatRow> = {}) => Array.from({ length: count }, (_, at) => seat(at, more))
const written = async (rows: SeatRow[], pool: Pool = database.pool) => {
  const batch = new RowBatch()
  for (const row of rows) batch.put(seats, row)
  const statements: string[] = []
  await new MysqlStore(pool).transaction(async (transaction) => {
    const { connection } = transaction as unknown as { connection: { query(...args: unknown[]): unknown } }
    const query = connection.query.bind(connection)
    connection.query = (sql: string | { sql: string }, ...more: unknown[]) => {
      statements.push((typeof sql === 'string' ? sql : sql.sql).slice(0, 9))
      return query(sql, ...more)
    }
    await transaction.writeRows(id, batch)
    Reflect.deleteProperty(connection, 'query')
  })
  return statements
}
const stored = async () => {
  const [rows] = await database.pool.query<RowDataPacket[]>('SELECT * FROM seats_v1 ORDER BY ordinal')
  return rows
}

describe('many whole rows', () => {
  it('are loaded, and are in the table as they are', async () => {
    expect(await written(many(2_000))).toEqual(['LOAD DATA'])
    expect(await stored()).toEqual(many(2_000))
  })

  it('replace those with the same key', async () => {
    await written(many(1_500))
    expect(await written(many(1_200, { status: 'sold', section: 'other' }))).toEqual(['LOAD DATA'])
    const rows = await stored()
    expect(rows).toHaveLength(1_500)
    expect(rows.slice(0, 1_200)).toEqual(many(1_200, { status: 'sold', section: 'other' }))
    expect(rows[1_200]).toEqual(seat(1_200))
  })

  it.each([
    ['a text that is too long', { section: 'x'.repeat(201) }, 'section'],
    ['a number out of range', { ordinal: 2 ** 40 }, 'ordinal'],
    ['a key that would be cut into that of another row', { show_id: 'y'.repeat(42) }, 'show_id'],
  ])('%s is refused as in a statement, and nothing is written', async (_, wrong, column) => {
    const rows = many(800).map((row, at) => (at === 700 ? { ...row, ...wrong } : row))
    await expect(written(rows)).rejects.toMatchObject({ message: expect.stringContaining(column) })
    expect(await stored()).toEqual([])
  })

  it('that the server warns of are written again as a statement', async () => {
    // Spaces that are cut off are the one thing that MariaDB warns of and takes: both ways.
    const padded = many(600, { section: `${'x'.repeat(200)}  ` })
    expect(await written(padded)).toEqual(['LOAD DATA', 'INSERT IN'])
    expect(await stored()).toEqual(many(600, { section: 'x'.repeat(200) }))
  })

  it('are written by statements where files of clients are not taken', async () => {
    const closed = createPool({ uri: database.url, flags: ['-LOCAL_FILES'] } as PoolOptions)
    try {
      expect(await written(many(700), closed)).toEqual(['LOAD DATA', 'INSERT IN'])
      expect(await stored()).toEqual(many(700))
      // What the server makes of a number's text is not always what we make of it, but the same both ways.
      const odd = many(700).map((row, at) => ({ ...row, x: at * 1.1 - 300, y: -at / 3e7 }))
      await written(odd, closed)
      const byStatements = await stored()
      await written(odd)
      expect(await stored()).toEqual(byStatements)
    } finally {
      await closed.end()
    }
  })
})
