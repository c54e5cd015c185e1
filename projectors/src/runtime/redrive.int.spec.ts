import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { JournalRecord } from '@onsale/platform/log'
import { systemRandom, systemTimers } from '@onsale/platform/ports'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import { MysqlStore } from '../mysql/mysql-store.js'
import { dropParked, listDropped } from '../parked/drop-parked.js'
import { listParked, requestRedrive } from '../parked/parked-streams.js'
import { projections } from '../projections.js'
import { reservationsProjection } from '../reservations/projection.js'
import { salesPerMinuteProjection } from '../sales-per-minute/projection.js'
import { seatsProjection } from '../seats/projection.js'
import { tableDigest } from '../table-digest.js'
import { breakingPool } from '../testing/breaking-pool.js'
import { claimId, confirmed, decoded, held, plan, scheduled, showId, stream } from '../testing/events.js'
import { projectorEnvironment } from '../testing/projector-environment.js'
import { randomJournal } from '../testing/random-journal.js'
import { type TestDatabase, testDatabase } from '../testing/test-database.js'
import type { ProjectorEnvironment } from './environment.js'
import type { Decoded } from './fold.js'
import { type DecodedBatch, PartitionProjector } from './partition-projector.js'
import type { Handler, Projection } from './projection.js'
import { type ReadAgain, redrive } from './redrive.js'
import { tableName } from './table.js'

const topic = 'test.reservation.events'
const never = new AbortController().signal
const ports = { timers: systemTimers, random: systemRandom }

// Real servers on a machine that may have other things to do.
jest.setTimeout(60_000)

let database: TestDatabase
let pool: Pool

beforeAll(async () => {
  database = await testDatabase()
  pool = database.pool
})
afterAll(() => database.drop())
const clear = async () => {
  const tables = [
    ...projections.flatMap(({ tables }) => tables.map((it) => tableName(it, 1))),
    ...['projection_checkpoint', 'projection_stream', 'parked_stream', 'parked_event', 'dropped_event'],
  ]
  for (const table of tables) await pool.query(`DELETE FROM ${table}`)
}
afterEach(clear)

const rowsOf = async (sql: string) => (await pool.query<RowDataPacket[]>(sql))[0]

function batch(records: Decoded[], from = 0): DecodedBatch {
  const offset = (records.at(-1)?.offset ?? from) + 1
  return { from, records, cursor: { partition: 0, offset, claimId }, endOffset: offset }
}
const undecodable = (event: JournalRecord): Decoded => ({
  offset: event.offset,
  claimId,
  event: null,
  facts: event,
  failure: new Error('no Avro'),
})
/** The log as it can be read now. */
const log =
  (records: Decoded[]): ReadAgain =>
  async (_, places) =>
    places.map(({ offset }) => records.find((it) => it.offset === offset) as Decoded)

/** A projector of this version of the code, on a process of its own. */
const process = (projection: Projection, more: Partial<ProjectorEnvironment> = {}) => {
  const { env, observed } = projectorEnvironment(pool, more)
  const it = new PartitionProjector(projection, topic, 0, env)
  /** As a process does that has seen the mark. */
  const seen = (readAgain: ReadAgain, of = showId) => redrive(it, of, env, readAgain, never)
  return {
    ...{ it, env, observed, seen },
    async redrive(readAgain: ReadAgain, of = showId) {
      await requestRedrive(pool, { stream: of }, 'operator-1', 7)
      await seen(readAgain, of)
    },
  }
}
/** One whose handler of this type fails on what the condition says. */
const broken = (type: 'SeatsHeld', condition: (event: Parameters<Handler<'SeatsHeld'>>[0]) => boolean): Projection => ({
  ...reservationsProjection,
  on: {
    ...reservationsProjection.on,
    [type](...[event, rows, context]: Parameters<Handler<'SeatsHeld'>>) {
      if (condition(event)) throw new Error('a mistake in the code')
      reservationsProjection.on[type]?.(event, rows, context)
    },
  },
})
/** Records of three shows, and the rows that they lead to. */
const whole = async (projection: Projection, records: Decoded[]) => {
  const one = process(projection)
  await one.it.apply(batch(records), never)
  expect(await listParked(pool)).toEqual([])
  const digests = await Promise.all(projection.tables.map((table) => tableDigest(pool, table)))
  const versions = await rowsOf('SELECT stream, stream_version, incomplete FROM projection_stream ORDER BY stream')
  await clear()
  return { digests, versions }
}
const now = async (projection: Projection) => ({
  digests: await Promise.all(projection.tables.map((table) => tableDigest(pool, table))),
  versions: await rowsOf('SELECT stream, stream_version, incomplete FROM projection_stream ORDER BY stream'),
})

const journal = randomJournal(5, 900)
const shows = [...new Set(journal.flatMap(({ subject }) => (subject === null ? [] : [subject])))]
const sick = shows[1] as string

describe('a redrive', () => {
  it('after the code was mended leads to the rows of a log that never parked; more than one transaction of it', async () => {
    const expected = await whole(reservationsProjection, decoded(journal))
    const before = process(
      broken('SeatsHeld', ({ subject, streamVersion }) => subject === sick && (streamVersion as number) > 2),
    )
    await before.it.apply(batch(decoded(journal)), never)
    const [parked] = await listParked(pool)
    expect(parked).toMatchObject({ stream: sick, reason: 'handler-failed', detail: 'a mistake in the code' })
    expect(parked?.events).toBeGreaterThan(200)
    expect(await now(reservationsProjection)).not.toEqual(expected)

    const mended = process(reservationsProjection)
    await mended.redrive(log(decoded(journal)), sick)
    expect(await listParked(pool)).toEqual([])
    expect(await rowsOf('SELECT * FROM parked_event')).toEqual([])
    expect(await now(reservationsProjection)).toEqual(expected)
  })

  it('that is too early stays parked, says why, and goes on later from there', async () => {
    const records = decoded(
      stream(['ShowScheduled', scheduled], ['SeatsHeld', held], ['ReservationConfirmed', confirmed]),
    )
    const events = records.map(({ event }) => event as JournalRecord)
    const bad = [
      undecodable(events[0] as JournalRecord),
      records[1] as Decoded,
      undecodable(events[2] as JournalRecord),
    ]
    const one = process(reservationsProjection)
    await one.it.apply(batch(bad), never)
    await requestRedrive(pool, { stream: showId }, 'operator-1', 7)
    expect(await listParked(pool)).toMatchObject([
      { attempts: 0, redriveRequestedAt: 7, redriveRequestedBy: 'operator-1' },
    ])
    await one.redrive(log(bad))
    expect(await listParked(pool)).toMatchObject([{ firstOffset: 1, attempts: 1, redriveRequestedAt: null, events: 3 }])
    await one.redrive(log([...records.slice(0, 2), bad[2] as Decoded]))
    expect(await listParked(pool)).toMatchObject([{ firstOffset: 3, attempts: 2, reason: 'undecodable', events: 1 }])
    expect(await rowsOf('SELECT status FROM reservations_v1')).toEqual([{ status: 'held' }])
    await one.redrive(log(records))
    expect(await listParked(pool)).toEqual([])
    expect(await rowsOf('SELECT status FROM reservations_v1')).toEqual([{ status: 'confirmed' }])
  })

  it('a plan that arrives late mends what it parked', async () => {
    let known = false
    const plans = {
      plan: (hash: string) => (known ? plan : projectorEnvironment(pool).env.plans.plan(`${hash}?`)),
      catchUp: async () => {},
    }
    const records = decoded(stream(['ShowScheduled', scheduled], ['SeatsHeld', held]))
    const one = process(seatsProjection, { plans })
    await one.it.apply(batch(records), never)
    await one.redrive(log(records))
    expect(await listParked(pool)).toMatchObject([{ reason: 'plan-unknown', attempts: 1 }])
    known = true
    await one.redrive(log(records))
    expect(await listParked(pool)).toEqual([])
    expect((await rowsOf("SELECT seat_id FROM seats_v1 WHERE status = 'held'")).length).toBe(1)
  })

  it('a row that the database refuses again parks at exactly that event', async () => {
    const bad = journal.filter(({ subject }) => subject === sick)
    const at = bad.findIndex(({ type, streamVersion }) => type === 'SeatsHeld' && (streamVersion as number) > 50)
    const records = decoded(bad.map((event) => ({ ...event, commandOffset: null })))
    const refused = records.map((it, index) =>
      index === at && it.event
        ? { ...it, event: { ...it.event, data: { ...(it.event.data as object), customerId: 'x'.repeat(65) } } }
        : it,
    )
    const one = process(reservationsProjection)
    await one.it.apply(batch([undecodable(bad[0] as JournalRecord), ...refused.slice(1)]), never)
    await one.redrive(log(refused), sick)
    expect(await listParked(pool)).toMatchObject([
      { reason: 'rows-refused', firstOffset: bad[at]?.offset, events: bad.length - at },
    ])
    expect(await rowsOf('SELECT stream_version FROM projection_stream')).toEqual([{ stream_version: at }])
  })

  it('goes on while new events of the stream and of others come; nothing is lost, doubled or out of order', async () => {
    const expected = await whole(salesPerMinuteProjection, decoded(journal))
    const first = journal.findIndex(({ subject }) => subject === sick)
    const bad = journal.map((event, at) => (at === first ? undecodable(event) : (decoded([event])[0] as Decoded)))
    const one = process(salesPerMinuteProjection)
    const half = 450
    await one.it.apply(batch(bad.slice(0, half)), never)
    const other = process(salesPerMinuteProjection)
    let from = (bad[half - 1]?.offset as number) + 1
    const feed = async () => {
      for (let at = half; at < bad.length; at += 5) {
        const part = batch(bad.slice(at, at + 5), from)
        await Promise.all([one.it.apply(part, never), other.it.apply(part, never)])
        from = part.cursor.offset
      }
    }
    const slow: ReadAgain = async (partition, places, signal) => {
      const read = await log(decoded(journal))(partition, places.slice(0, 7), signal)
      await systemTimers.sleep(1)
      return read
    }
    await requestRedrive(pool, { stream: sick }, 'operator-1', 7)
    await Promise.all([feed(), one.seen(slow, sick), other.seen(slow, sick)])
    expect(await listParked(pool)).toEqual([])
    expect(await now(salesPerMinuteProjection)).toEqual(expected)
    // Without encounters this would have shown nothing.
    expect(one.observed.overtaken + other.observed.overtaken).toBeGreaterThan(0)
  })

  it('of events that another process has meanwhile applied reads anew what is parked', async () => {
    const records = decoded(
      stream(['ShowScheduled', scheduled], ['SeatsHeld', held], ['ReservationConfirmed', confirmed]),
    )
    const second = [records[0] as Decoded, undecodable(records[1]?.event as JournalRecord), records[2] as Decoded]
    const [one, other] = [process(reservationsProjection), process(reservationsProjection)]
    await one.it.apply(batch([undecodable(records[0]?.event as JournalRecord), ...records.slice(1)]), never)
    let first = true
    await one.redrive(async (partition, places, signal) => {
      const read = await log(second)(partition, places, signal)
      if (first) await other.seen(log(second))
      first = false
      return read
    })
    expect(await listParked(pool)).toMatchObject([{ reason: 'undecodable', firstOffset: 2, events: 2, attempts: 1 }])
  })

  it('asked for once is tried once, however many processes have seen that it was', async () => {
    const bad = stream(['ShowScheduled', scheduled], ['SeatsHeld', held]).map(undecodable)
    const processes = Array.from({ length: 5 }, () => process(reservationsProjection))
    await processes[0]?.it.apply(batch(bad), never)
    await Promise.all(processes.map(({ seen }) => seen(log(bad))))
    expect(await listParked(pool)).toMatchObject([{ attempts: 0 }])
    for (const attempts of [1, 2, 3]) {
      await requestRedrive(pool, { stream: showId }, 'operator-1', 7)
      await Promise.all(processes.map(({ seen }) => seen(log(bad))))
      expect(await listParked(pool)).toMatchObject([{ attempts, events: 2, redriveRequestedAt: null }])
    }
  })

  it('an unparked stream is unparked for a process that knew it as parked', async () => {
    const records = decoded(
      stream(['ShowScheduled', scheduled], ['SeatsHeld', held], ['ReservationConfirmed', confirmed]),
    )
    const [one, other] = [process(reservationsProjection), process(reservationsProjection)]
    await one.it.apply(batch([undecodable(records[0]?.event as JournalRecord), records[1] as Decoded]), never)
    await other.it.start(never)
    await one.redrive(log(records))
    await other.it.apply(batch(records.slice(2), 3), never)
    expect(await listParked(pool)).toEqual([])
    expect(await rowsOf('SELECT status FROM reservations_v1')).toEqual([{ status: 'confirmed' }])
  })
})

describe('parking', () => {
  it.each([
    ['before the commit', false],
    ['after it, unheard', true],
  ])('a process that dies %s neither loses nor doubles an event', async (_, committed) => {
    const bad = journal.map((event) =>
      event.subject === sick && event.streamVersion === 1 ? undecodable(event) : (decoded([event])[0] as Decoded),
    )
    const expected = await whole(salesPerMinuteProjection, decoded(journal))
    let parkedThen = -1
    const breaking = breakingPool(pool, committed, async () => {
      parkedThen = (await listParked(pool)).length
    })
    await process(salesPerMinuteProjection, { store: new MysqlStore(breaking.pool) }).it.apply(batch(bad), never)
    expect(breaking.left()).toBe(0)
    // What is parked is there together with the checkpoint, and not a moment before.
    expect(parkedThen).toBe(committed ? 1 : 0)
    const [parked] = await listParked(pool)
    expect(parked?.events).toBe(journal.filter(({ subject }) => subject === sick).length)
    // The same in the redrive.
    const again = breakingPool(pool, committed)
    await process(salesPerMinuteProjection, { store: new MysqlStore(again.pool) }).redrive(log(decoded(journal)), sick)
    expect(again.left()).toBe(0)
    expect(await listParked(pool)).toEqual([])
    expect(await now(salesPerMinuteProjection)).toEqual(expected)
  })

  it('two processes that park the same stream park it once', async () => {
    const bad = journal.map((event) =>
      event.subject === sick && event.streamVersion === 2 ? undecodable(event) : (decoded([event])[0] as Decoded),
    )
    const processes = [process(reservationsProjection), process(reservationsProjection)]
    let from = 0
    for (let at = 0; at < bad.length; at += 20) {
      const part = batch(bad.slice(at, at + 20), from)
      await Promise.all(processes.map(({ it: one }) => one.apply(part, never)))
      from = part.cursor.offset
    }
    const sickOffsets = journal.filter((it) => it.subject === sick && (it.streamVersion as number) > 1)
    expect(await rowsOf('SELECT offset_no FROM parked_event ORDER BY offset_no')).toEqual(
      sickOffsets.map(({ offset }) => ({ offset_no: offset })),
    )
    expect(await listParked(pool)).toHaveLength(1)
  })

  it('a checkpoint that was set back parks the same events again', async () => {
    const records = stream(['ShowScheduled', scheduled], ['SeatsHeld', held])
    const bad = [undecodable(records[0] as JournalRecord), ...decoded(records.slice(1))]
    await process(reservationsProjection).it.apply(batch(bad), never)
    await pool.query('UPDATE projection_checkpoint SET next_offset = 0, claim_id = NULL, command_offset = NULL')
    await process(reservationsProjection).it.apply(batch(bad), never)
    expect(await listParked(pool)).toMatchObject([{ events: 2, firstOffset: 1 }])
  })
})

describe('a drop', () => {
  const records = stream(['ShowScheduled', scheduled], ['SeatsHeld', held], ['ReservationConfirmed', confirmed])
  const drop = (offset: number) =>
    dropParked(pool, ports, { stream: showId, offset, by: 'operator-1', why: 'a test by hand' }, 9)

  it('of a record that took no version lets the stream go on; the decision stays', async () => {
    const planted = { ...(records[1] as JournalRecord), offset: 2 }
    const events = [records[0], planted, { ...records[1], offset: 3 }, { ...records[2], offset: 4 }] as JournalRecord[]
    const bad = decoded(events.map((event) => ({ ...event, commandOffset: null })))
    bad[1] = undecodable(planted)
    const one = process(reservationsProjection)
    await one.it.apply(batch(bad), never)
    expect(await drop(3)).toEqual([])
    expect(await listParked(pool)).toMatchObject([{ firstOffset: 2, events: 3, redriveRequestedAt: null }])
    expect(await drop(2)).toMatchObject([{ projection: 'reservations', offset: 2, reason: 'undecodable' }])
    expect(await listParked(pool)).toMatchObject([{ firstOffset: 3, events: 2, redriveRequestedBy: 'operator-1' }])
    await one.seen(log(bad))
    expect(await listParked(pool)).toEqual([])
    expect(await rowsOf('SELECT status FROM reservations_v1')).toEqual([{ status: 'confirmed' }])
    expect(await listDropped(pool)).toEqual([
      {
        projection: 'reservations',
        version: 1,
        topic,
        partition: 0,
        offset: 2,
        stream: showId,
        streamVersion: 2,
        name: records[1]?.name,
        reason: 'undecodable',
        detail: 'no Avro',
        droppedAt: 9,
        droppedBy: 'operator-1',
        why: 'a test by hand',
      },
    ])
    expect(await rowsOf('SELECT stream_version, incomplete, may_follow FROM projection_stream')).toEqual([
      { stream_version: 3, incomplete: 1, may_follow: null },
    ])
  })

  it('of an event with its version lets the next one follow it, also when that comes later', async () => {
    const bad = [...decoded(records.slice(0, 1)), undecodable(records[1] as JournalRecord)]
    const one = process(salesPerMinuteProjection)
    await one.it.apply(batch(bad), never)
    await drop(2)
    await one.seen(log(bad))
    expect(await listParked(pool)).toEqual([])
    await one.it.apply(batch(decoded(records.slice(2)), 3), never)
    expect(await listParked(pool)).toEqual([])
    expect(await rowsOf('SELECT sold_places, held_places FROM sales_per_minute_v1')).toEqual([
      { sold_places: 3, held_places: 0 },
    ])
    expect(await rowsOf('SELECT stream_version, incomplete, may_follow FROM projection_stream')).toEqual([
      { stream_version: 3, incomplete: 1, may_follow: null },
    ])
  })
})
