import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Connection, createConnection, type Pool, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise'
import { pino } from 'pino'
import type { Timers } from '../ports/index.js'
import { inSnapshot, inTransaction, isRefused, isServerAway, type Migration, migrate, openPool } from './index.js'

// Long before this something hangs; how fast it is, nothing here says.
jest.setTimeout(180_000)

const logger = pino({ level: 'silent' })
let admin: Connection
let url: string
let name: string
let pool: Pool

beforeAll(async () => {
  const primary = new URL(process.env.ONSALE_SQL_PRIMARY_URL as string)
  primary.pathname = '/'
  admin = await createConnection(primary.href)
  name = `onsale_test_${randomBytes(6).toString('hex')}`
  await admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
  primary.pathname = `/${name}`
  url = primary.href
  pool = openPool({ url })
  await pool.query('CREATE TABLE things (id VARCHAR(40) PRIMARY KEY, n BIGINT NOT NULL, label VARCHAR(5))')
})
afterAll(async () => {
  await pool?.end()
  await admin?.query(`DROP DATABASE ${name}`)
  await admin?.end()
})

/** Time that passes at once, and how much of it was asked for. */
function countingTimers(): { timers: Timers; pauses: number[] } {
  const pauses: number[] = []
  return {
    pauses,
    timers: {
      async sleep(ms) {
        pauses.push(ms)
        return true
      },
    },
  }
}
const contention = (errno: number) => Object.assign(new Error('contention'), { errno })
const rowsOf = async (sql: string) => (await pool.query<RowDataPacket[]>(sql))[0]

describe('a session', () => {
  it('gives whole numbers as numbers, ids as they are written, and refuses what does not fit', async () => {
    const most = Number.MAX_SAFE_INTEGER
    await pool.query('INSERT INTO things (id, n) VALUES (?, ?), (?, 1)', ['id', most, 'ID'])
    expect(await rowsOf("SELECT n, id = 'Id' AS same FROM things WHERE id = 'id'")).toEqual([{ n: most, same: 0 }])
    expect(await rowsOf('SELECT SUM(1) AS sum')).toEqual([{ sum: 1 }])
    await expect(pool.query("UPDATE things SET label = 'too long'")).rejects.toThrow('label')
  })

  it('counts the rows that an update found, changed or not', async () => {
    await pool.query("INSERT INTO things (id, n) VALUES ('found', 7)")
    const [plain] = await pool.query<ResultSetHeader>("UPDATE things SET n = 7 WHERE id = 'found'")
    expect(plain.affectedRows).toBe(1)
    const [joined] = await pool.query<ResultSetHeader>(
      "UPDATE (SELECT 'found' AS k UNION ALL SELECT 'lost') AS c STRAIGHT_JOIN things AS t ON t.id = c.k SET t.n = 7",
    )
    expect(joined.affectedRows).toBe(1)
  })
})

describe('a transaction', () => {
  it.each([1205, 1213])('is run again as a whole after error %i, with growing pauses', async (errno) => {
    const { timers, pauses } = countingTimers()
    let runs = 0
    const result = await inTransaction(pool, { timers, random: { next: () => 1 } }, async (connection) => {
      runs += 1
      await connection.query('INSERT INTO things (id, n) VALUES (?, 1)', [`again-${errno}`])
      if (runs < 4) throw contention(errno)
      return 'done'
    })
    expect([result, runs]).toEqual(['done', 4])
    expect(pauses).toEqual([10, 20, 40])
  })

  it('is not run for ever', async () => {
    const { timers, pauses } = countingTimers()
    await expect(
      inTransaction(pool, { timers, random: { next: () => 1 }, attempts: 9 }, async () => {
        throw contention(1213)
      }),
    ).rejects.toThrow('contention')
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 500, 500])
  })

  it('leaves nothing behind when it fails, nor a connection taken', async () => {
    const one = openPool({ url, connections: 1 })
    const { timers } = countingTimers()
    for (let run = 0; run < 3; run += 1) {
      await expect(
        inTransaction(one, { timers, random: { next: () => 0 } }, async (connection) => {
          await connection.query("INSERT INTO things (id, n) VALUES ('ghost', 1)")
          throw new Error('no')
        }),
      ).rejects.toThrow('no')
    }
    await one.end()
    expect(await rowsOf("SELECT * FROM things WHERE id = 'ghost'")).toEqual([])
  })
})

it('a snapshot sees one state, and cannot write', async () => {
  const seen = await inSnapshot(pool, async (connection) => {
    const count = async () => {
      const [[row]] = await connection.query<RowDataPacket[]>("SELECT COUNT(*) AS n FROM things WHERE id LIKE 'late%'")
      return row?.n
    }
    const before = await count()
    await pool.query("INSERT INTO things (id, n) VALUES ('late', 1)")
    return [before, await count()]
  })
  expect(seen).toEqual([0, 0])
  await expect(inSnapshot(pool, (connection) => connection.query('DELETE FROM things'))).rejects.toThrow('READ ONLY')
})

describe('migrations', () => {
  const steps: string[] = []
  const step = (id: string): Migration => ({
    name: id,
    async up(knex) {
      steps.push(id)
      await knex.raw(`CREATE TABLE step_${id} (n INT)`)
    },
  })

  it('are applied once, in order, whoever comes at the same time', async () => {
    const run = () => migrate({ url, table: 'test_migrations', migrations: [step('a'), step('b')], logger })
    const applied = await Promise.all([run(), run(), run()])
    expect(applied.flat().sort()).toEqual(['a', 'b'])
    expect(steps).toEqual(['a', 'b'])
    expect(
      await migrate({ url, table: 'test_migrations', migrations: [step('a'), step('b'), step('c')], logger }),
    ).toEqual(['c'])
  })

  it('go on after one that died with the lock of knex taken', async () => {
    await pool.query('UPDATE test_migrations_lock SET is_locked = 1')
    const all = ['a', 'b', 'c', 'd'].map(step)
    expect(await migrate({ url, table: 'test_migrations', migrations: all, logger })).toEqual(['d'])
  })
})

it('an absent server is told from one that refuses', async () => {
  const wrong = new URL(url)
  wrong.port = '1'
  const away = await openPool({ url: wrong.href })
    .query('SELECT 1')
    .catch((error: unknown) => error)
  expect([isServerAway(away), isRefused(away)]).toEqual([true, false])
  const stranger = new URL(url)
  stranger.password = 'wrong'
  const denied = await openPool({ url: stranger.href })
    .query('SELECT 1')
    .catch((error: unknown) => error)
  expect([isServerAway(denied), isRefused(denied)]).toEqual([false, true])
})
