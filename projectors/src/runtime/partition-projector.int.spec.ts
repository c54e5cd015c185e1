import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { JournalRecord } from '@onsale/platform/log'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import { MysqlStore } from '../mysql/mysql-store.js'
import { projections } from '../projections.js'
import { reservationsProjection } from '../reservations/projection.js'
import { reservations } from '../reservations/table.js'
import { salesPerMinuteProjection } from '../sales-per-minute/projection.js'
import { salesPerMinute } from '../sales-per-minute/table.js'
import { seatsProjection } from '../seats/projection.js'
import { seats } from '../seats/tables.js'
import { tableDigest } from '../table-digest.js'
import { breakingPool } from '../testing/breaking-pool.js'
import {
  claimId,
  confirmed,
  decoded,
  held,
  journalEvent,
  plan,
  reservationId,
  scheduled,
  showId,
  stream,
} from '../testing/events.js'
import { projectorEnvironment } from '../testing/projector-environment.js'
import { randomJournal, seededRandom } from '../testing/random-journal.js'
import { type TestDatabase, testDatabase } from '../testing/test-database.js'
import { CheckpointBehindError, type DecodedBatch, PartitionProjector } from './partition-projector.js'
import type { Projection } from './projection.js'
import { tableName } from './table.js'

const topic = 'test.reservation.events'
const never = new AbortController().signal
const sale = () => stream(['ShowScheduled', scheduled], ['SeatsHeld', held], ['ReservationConfirmed', confirmed])

/** The batch of these events. */
function batch(events: JournalRecord[], from = 0): DecodedBatch {
  const offset = (events.at(-1)?.offset ?? from) + 1
  return { from, records: decoded(events), cursor: { partition: 0, offset, claimId }, endOffset: offset }
}

/** The journal in batches that follow each other; sizes from the source of numbers. */
function batches(events: JournalRecord[], next: () => number): DecodedBatch[] {
  const all: DecodedBatch[] = []
  for (let at = 0, from = 0; at < events.length; ) {
    const size = 1 + Math.floor(next() * 60)
    const some = events.slice(at, at + size)
    const end = events[at + size]?.offset ?? (events.at(-1) as JournalRecord).offset + 1
    all.push({ from, records: decoded(some), cursor: { partition: 0, offset: end, claimId }, endOffset: end })
    at += size
    from = end
  }
  return all
}

let database: TestDatabase
let pool: Pool

beforeAll(async () => {
  database = await testDatabase()
  pool = database.pool
})
afterAll(() => database.drop())
afterEach(async () => {
  const tables = [
    ...projections.flatMap(({ tables }) => tables.map((it) => tableName(it, 1))),
    'projection_checkpoint',
    'projection_stream',
    'parked_stream',
    'parked_event',
  ]
  for (const table of tables) await pool.query(`DELETE FROM ${table}`)
})

const projector = (projection: Projection, more: Parameters<typeof projectorEnvironment>[1] = {}) => {
  const { env, observed } = projectorEnvironment(pool, more)
  return { it: new PartitionProjector(projection, topic, 0, env), observed }
}
/** Applies them, each told of before the one in front of it is applied. */
async function inAdvance(one: PartitionProjector, parts: DecodedBatch[]): Promise<void> {
  for (const [at, part] of parts.entries()) {
    const next = parts[at + 1]
    if (next) one.foresee(next)
    await one.apply(part, never)
  }
}
/** Holds of another show, at these offsets on; time caused them. */
const otherShow = (offset: number, count: number): JournalRecord[] =>
  Array.from({ length: count }, (_, at) => {
    const id = `${showId.slice(0, -1)}0`
    const data = {
      ...held,
      showId: id,
      reservationId: `${id}.00000000-0000-7000-8000-${String(at).padStart(12, '0')}`,
      heldAt: 100_000 + at,
    }
    return journalEvent('SeatsHeld', data, { offset: offset + at, subject: id, streamVersion: at + 1 })
  })
const parked = () =>
  rowsOf(`
    SELECT stream, first_offset, reason, missing,
      (SELECT GROUP_CONCAT(offset_no ORDER BY offset_no) FROM parked_event AS e WHERE e.stream = s.stream) AS offsets
    FROM parked_stream AS s ORDER BY first_offset`)
const rowsOf = async (sql: string) => (await pool.query<RowDataPacket[]>(sql))[0]
const digests = () =>
  Promise.all(
    projections.flatMap(({ tables }) => tables).map(async (table) => [table.name, await tableDigest(pool, table)]),
  )

/** A projection that says how often something was folded for it. */
function countedFolds() {
  const counted = {
    folds: 0,
    projection: {
      ...salesPerMinuteProjection,
      newChanges() {
        counted.folds += 1
        return salesPerMinuteProjection.newChanges()
      },
    },
  }
  return counted
}

describe('one projection on one partition', () => {
  it('writes rows, checkpoint and stream versions', async () => {
    const { it: one } = projector(reservationsProjection)
    expect(await one.start(never)).toEqual({ partition: 0, offset: 0, claimId: null })
    await one.apply(batch(sale()), never)
    expect(await rowsOf('SELECT status FROM reservations_v1')).toEqual([{ status: 'confirmed' }])
    expect(await rowsOf('SELECT next_offset, claim_id, command_offset FROM projection_checkpoint')).toEqual([
      { next_offset: 4, claim_id: claimId, command_offset: 2 },
    ])
    expect(await rowsOf('SELECT stream_version FROM projection_stream')).toEqual([{ stream_version: 3 }])
    expect(await projector(reservationsProjection).it.start(never)).toEqual({ partition: 0, offset: 4, claimId })
  })

  it('applies a batch that comes again once', async () => {
    const { it: one, observed } = projector(salesPerMinuteProjection)
    await one.apply(batch(sale()), never)
    await one.apply(batch(sale()), never)
    await projector(salesPerMinuteProjection).it.apply(batch(sale()), never)
    expect(await rowsOf('SELECT sold_places, held_places FROM sales_per_minute_v1')).toEqual([
      { sold_places: 3, held_places: 3 },
    ])
    expect(observed.applied).toBe(1)
  })

  it('two processes at a time lead to the rows of one', async () => {
    const journal = randomJournal(1, 600)
    await projector(salesPerMinuteProjection).it.apply(batch(journal), never)
    const alone = await tableDigest(pool, salesPerMinute)
    await pool.query('DELETE FROM sales_per_minute_v1')
    await pool.query('DELETE FROM projection_checkpoint')
    await pool.query('DELETE FROM projection_stream')

    const [a, b] = [projector(salesPerMinuteProjection), projector(salesPerMinuteProjection)]
    const run = async ({ it: one }: typeof a, seed: number) => {
      await inAdvance(one, batches(journal, seededRandom(seed)))
    }
    await Promise.all([run(a, 2), run(b, 3)])
    expect(await tableDigest(pool, salesPerMinute)).toEqual(alone)
    expect(a.observed.events + b.observed.events).toBe(journal.length)
    // Without a single encounter this would have shown nothing.
    expect(a.observed.overtaken + b.observed.overtaken).toBeGreaterThan(0)
  })

  it.each([
    ['before the commit', false],
    ['after it, unheard', true],
  ])('a connection that breaks %s neither loses nor repeats rows', async (_, committed) => {
    const breaking = breakingPool(pool, committed)
    const { it: one } = projector(salesPerMinuteProjection, { store: new MysqlStore(breaking.pool) })
    await one.apply(batch(sale()), never)
    expect(breaking.left()).toBe(0)
    expect(await rowsOf('SELECT sold_places, held_places FROM sales_per_minute_v1')).toEqual([
      { sold_places: 3, held_places: 3 },
    ])
    expect(await rowsOf('SELECT next_offset FROM projection_checkpoint')).toEqual([{ next_offset: 4 }])
  })

  it.each([
    ['before the commit', false],
    ['after it, unheard', true],
  ])('a batch is folded while the one before is committed, and the connection breaks %s', async (_, committed) => {
    const counted = countedFolds()
    let foldedAtCommit = 0
    const sleepless = await pool.getConnection()
    const breaking = breakingPool(pool, committed, async () => {
      // A query's time: the next one's fold asks the server as well.
      await sleepless.query('SELECT SLEEP(0.2)')
      foldedAtCommit = counted.folds
    })
    const { it: one } = projector(counted.projection, { store: new MysqlStore(breaking.pool) })
    const journal = [...sale(), ...otherShow(4, 20)]
    await inAdvance(one, [batch(journal.slice(0, 3)), batch(journal.slice(3), 4)])
    sleepless.release()
    expect(foldedAtCommit).toBe(2)
    // What was foreseen was of no account: the database was asked where it stands.
    expect(counted.folds).toBe(committed ? 3 : 4)
    expect(await rowsOf('SELECT SUM(sold_places) AS sold, SUM(held_places) AS held FROM sales_per_minute_v1')).toEqual([
      { sold: 3, held: 63 },
    ])
    expect(await rowsOf('SELECT next_offset FROM projection_checkpoint')).toEqual([{ next_offset: 24 }])
  })

  it('what is folded in advance is folded once', async () => {
    const counted = countedFolds()
    const { it: one } = projector(counted.projection)
    const parts = batches(randomJournal(3, 400), () => 0.5)
    await inAdvance(one, parts)
    expect(counted.folds).toBe(parts.length)
  })

  it('runs a transaction that a deadlock ended again', async () => {
    const { it: one, observed } = projector(reservationsProjection)
    await one.apply(batch(sale().slice(0, 2)), never)
    await pool.query('CREATE TABLE weight (n INT PRIMARY KEY)')
    const other = await pool.getConnection()
    const third = await pool.getConnection()
    try {
      await other.query('START TRANSACTION')
      // The server ends the transaction that has changed less: ours.
      await other.query('INSERT INTO weight VALUES ?', [Array.from({ length: 2_000 }, (_, n) => [n])])
      await other.query('SELECT * FROM reservations_v1 FOR UPDATE')
      const applied = one.apply(batch(sale().slice(2), 3), never)
      for (let locked = false; !locked; )
        locked = await third.query('SELECT * FROM projection_checkpoint FOR UPDATE NOWAIT').then(
          () => false,
          () => true,
        )
      await other.query('UPDATE projection_checkpoint SET updated_at = updated_at')
      await other.query('COMMIT')
      await applied
      expect(observed.retried).toBeGreaterThan(0)
      expect(await rowsOf('SELECT status FROM reservations_v1')).toEqual([{ status: 'confirmed' }])
    } finally {
      other.release()
      third.release()
      await pool.query('DROP TABLE weight')
    }
  })

  it('parks the stream of an event whose row is missing; what comes before it and the others go on', async () => {
    const { it: one } = projector(reservationsProjection)
    const another = `${reservationId.slice(0, -1)}2`
    await one.apply(batch(sale().slice(0, 2)), never)
    await pool.query('DELETE FROM reservations_v1')
    const events = [
      ...stream(
        ['ShowScheduled', scheduled],
        ['SeatsHeld', held],
        ['SeatsHeld', { ...held, reservationId: another }],
        ['ReservationConfirmed', confirmed],
        ['ReservationConfirmed', { ...confirmed, reservationId: another }],
      ),
      ...otherShow(6, 10),
    ]
    await one.apply(batch(events.slice(2), 3), never)
    expect(one.stopped).toBeNull()
    expect(await parked()).toEqual([
      { stream: showId, first_offset: 4, reason: 'row-missing', missing: 0, offsets: '4,5' },
    ])
    expect(await rowsOf('SELECT detail FROM parked_stream')).toEqual([
      { detail: expect.stringContaining(reservationId) },
    ])
    expect(await rowsOf('SELECT reservation_id, status FROM reservations_v1 ORDER BY held_at')).toEqual([
      { reservation_id: another, status: 'held' },
      ...otherShow(6, 10).map(({ data }) => ({
        reservation_id: (data as { reservationId: string }).reservationId,
        status: 'held',
      })),
    ])
    expect(await rowsOf('SELECT next_offset FROM projection_checkpoint')).toEqual([{ next_offset: 16 }])
  })

  it('a value that does not fit its column is refused, never cut', async () => {
    const { it: one } = projector(reservationsProjection)
    await one.apply(batch(stream(['SeatsHeld', { ...held, customerId: 'x'.repeat(65) }])), never)
    expect(await parked()).toMatchObject([{ stream: showId, reason: 'rows-refused', offsets: '1' }])
    expect(await rowsOf('SELECT detail FROM parked_stream')).toEqual([
      { detail: expect.stringContaining('customer_id') },
    ])
  })

  it('many refused rows among many good ones are found', async () => {
    const journal = otherShow(1, 300).map((event, at) =>
      at % 70 === 30
        ? {
            ...event,
            subject: `${at}`,
            streamVersion: 1,
            data: { ...(event.data as object), customerId: 'x'.repeat(65) },
          }
        : { ...event, subject: showId },
    )
    let version = 0
    for (const event of journal) if (event.subject === showId) event.streamVersion = ++version
    const { it: one, observed } = projector(reservationsProjection)
    await one.apply(batch(journal), never)
    expect(await rowsOf('SELECT stream FROM parked_stream ORDER BY first_offset')).toEqual(
      ['30', '100', '170', '240'].map((stream) => ({ stream })),
    )
    expect((await tableDigest(pool, reservations)).rows).toBe(296)
    expect(observed.applied).toBeLessThan(60)
  })

  it('parks a gap, and counts what is missing', async () => {
    const { it: one } = projector(reservationsProjection)
    const events = sale().map((event, at) => (at === 2 ? { ...event, streamVersion: 4 } : event))
    await one.apply(batch(events), never)
    expect(await parked()).toEqual([
      { stream: showId, first_offset: 3, reason: 'stream-gap', missing: 1, offsets: '3' },
    ])
    expect(await rowsOf('SELECT status FROM reservations_v1')).toEqual([{ status: 'held' }])
  })

  it('stops exactly before a record of no stream, and stays there', async () => {
    const { it: one, observed } = projector(reservationsProjection)
    const events = sale().map((event, at) => (at === 2 ? { ...event, subject: null } : event))
    await one.apply(batch(events), never)
    expect(one.stopped).toMatchObject({ reason: 'not-in-a-stream', offset: 3 })
    expect(await rowsOf('SELECT next_offset FROM projection_checkpoint')).toEqual([{ next_offset: 3 }])
    await one.apply(batch(events), never)
    expect(observed.stops).toHaveLength(1)
    expect(await parked()).toEqual([])
  })

  it('reads the plans once more before it parks for an unknown one', async () => {
    const { env } = projectorEnvironment(pool)
    let looked = 0
    const plans = {
      plan: env.plans.plan,
      async catchUp() {
        looked += 1
      },
    }
    const { it: one } = projector(seatsProjection, { plans })
    await one.apply(batch(stream(['ShowScheduled', { ...scheduled, planHash: 'b'.repeat(64) }])), never)
    expect(looked).toBe(1)
    expect(await parked()).toMatchObject([{ stream: showId, reason: 'plan-unknown', first_offset: 1 }])
    for (const table of ['projection_checkpoint', 'parked_stream', 'parked_event'])
      await pool.query(`DELETE FROM ${table}`)

    let known = false
    const late = {
      plan: (hash: string) => (known ? plan : env.plans.plan(`${hash} is still to be read`)),
      async catchUp() {
        known = true
      },
    }
    const { it: other } = projector(seatsProjection, { plans: late })
    await other.apply(batch(sale()), never)
    expect(await parked()).toEqual([])
    expect((await tableDigest(pool, seats)).rows).toBe(4)
  })

  it('asks for the log from before where the checkpoint was set back', async () => {
    const { it: one } = projector(reservationsProjection)
    await one.apply(batch(sale().slice(0, 2)), never)
    await pool.query('UPDATE projection_checkpoint SET next_offset = 1')
    await expect(one.apply(batch(sale().slice(2), 3), never)).rejects.toThrow(CheckpointBehindError)
  })
})

describe('a read model is a fold of the log', () => {
  it('whatever the batches, the rows are the same', async () => {
    const journal = randomJournal(7, 900)
    const runs: unknown[] = []
    for (const cut of [() => 0.99, seededRandom(11)]) {
      for (const projection of projections) {
        const { it: one } = projector(projection)
        await inAdvance(one, batches(journal, cut))
        expect(one.stopped).toBeNull()
      }
      runs.push(await digests())
      for (const { tables } of projections) for (const it of tables) await pool.query(`DELETE FROM ${tableName(it, 1)}`)
      await pool.query('DELETE FROM projection_checkpoint')
      await pool.query('DELETE FROM projection_stream')
    }
    expect(runs[0]).toEqual(runs[1])
  })

  it('the digest of a table tells any other row', async () => {
    const { it: one } = projector(reservationsProjection)
    await one.apply(batch(sale()), never)
    const before = await tableDigest(pool, reservations)
    expect(before.rows).toBe(1)
    await pool.query('UPDATE reservations_v1 SET total_minor = total_minor + 1')
    expect((await tableDigest(pool, reservations)).digest).not.toBe(before.digest)
  })

  it('a hall of 50,000 seats is written in one transaction', async () => {
    const rows = Array.from({ length: 500 }, (_, row) => ({
      id: `r${row}`,
      name: `${row}`,
      seats: Array.from({ length: 100 }, (__, seat) => ({
        id: `${row}-${seat}`,
        number: `${seat}`,
        category: 'A',
        x: seat,
        y: row,
      })),
    }))
    const arena = { ...plan, sections: [{ id: 'S', name: 'S', rows }] }
    const { it: one } = projector(seatsProjection, { plans: { plan: () => arena, catchUp: async () => {} } })
    await one.apply(batch(stream(['ShowScheduled', scheduled])), never)
    expect(await rowsOf('SELECT COUNT(*) AS seats, COUNT(DISTINCT ordinal) AS ordinals FROM seats_v1')).toEqual([
      { seats: 50_000, ordinals: 50_000 },
    ])
  })
})
