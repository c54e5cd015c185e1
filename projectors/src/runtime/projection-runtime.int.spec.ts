import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { RegistryUnavailableError, UnknownSchemaError } from '@onsale/platform/codec'
import type { CountedRecord, JournalRecord } from '@onsale/platform/log'
import type { Pool } from 'mysql2/promise'
import { listParked } from '../parked/parked-streams.js'
import { reservationsProjection } from '../reservations/projection.js'
import { salesPerMinuteProjection } from '../sales-per-minute/projection.js'
import { claimId, confirmed, held, scheduled, stream } from '../testing/events.js'
import { projectorEnvironment } from '../testing/projector-environment.js'
import { type TestDatabase, testDatabase } from '../testing/test-database.js'
import { ProjectionRuntime, type ProjectionRuntimeOptions } from './projection-runtime.js'

type Reader = Parameters<ProjectionRuntimeOptions['openReader']>[0]

const topic = 'test.reservation.events'
const events = stream(['ShowScheduled', scheduled], ['SeatsHeld', held], ['ReservationConfirmed', confirmed])

let database: TestDatabase
let pool: Pool
/** Every reader that was opened, the last one being read. */
let readers: Reader[]
let fail: (error: Error) => void
let decode: (record: CountedRecord) => JournalRecord
let runtime: ProjectionRuntime

beforeAll(async () => {
  database = await testDatabase()
  pool = database.pool
})
afterAll(() => database.drop())

beforeEach(() => {
  readers = []
  decode = ({ offset }) => events.find((event) => event.offset === offset) as JournalRecord
  runtime = new ProjectionRuntime({
    projections: [reservationsProjection, salesPerMinuteProjection],
    topic,
    partitions: [0],
    decode: (record) => decode(record),
    async openReader(reader) {
      readers.push(reader)
      const failed = new Promise<Error>((resolve) => {
        fail = resolve
      })
      return { failed, stop: async () => {} }
    },
    readAt: async () => [],
    env: projectorEnvironment(pool).env,
  })
})
afterEach(async () => {
  await runtime.stop()
  for (const table of [
    'reservations_v1',
    'sales_per_minute_v1',
    'projection_checkpoint',
    'projection_stream',
    'parked_stream',
    'parked_event',
  ])
    await pool.query(`DELETE FROM ${table}`)
})

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
const opened = (count: number) => until(() => readers.length === count)
/** Gives the last reader the events from one offset to another (exclusive). */
const deliver = (from: number, to: number) =>
  readers.at(-1)?.onBatch({
    partition: 0,
    records: events
      .filter(({ offset }) => offset >= from && offset < to)
      .map(({ offset }) => ({
        topic,
        partition: 0,
        offset,
        key: null,
        value: null,
        headers: {},
        appendedAt: 0,
        claimId,
      })),
    cursor: { partition: 0, offset: to, claimId },
    endOffset: 4,
  })
const status = async () => (await pool.query('SELECT status FROM reservations_v1'))[0]
const sold = async () => (await pool.query('SELECT sold_places FROM sales_per_minute_v1'))[0]

describe('the runtime', () => {
  it('reads from where the projection that is furthest behind goes on', async () => {
    await pool.query(
      `INSERT INTO projection_checkpoint (projection, version, topic, partition_no, next_offset, claim_id, updated_at)
       VALUES ('reservations', 1, ?, 0, 7, 'late', 0), ('sales_per_minute', 1, ?, 0, 5, 'early', 0)`,
      [topic, topic],
    )
    runtime.start()
    await opened(1)
    expect(readers[0]?.cursors).toEqual([{ partition: 0, offset: 5, claimId: 'early' }])
  })

  it('reads again from before when a checkpoint was set back', async () => {
    runtime.start()
    await opened(1)
    await deliver(0, 3)
    await pool.query('DELETE FROM reservations_v1')
    await pool.query(
      "UPDATE projection_checkpoint SET next_offset = 0, claim_id = NULL, command_offset = NULL WHERE projection = 'reservations'",
    )
    await pool.query("DELETE FROM projection_stream WHERE projection = 'reservations'")
    await expect(deliver(3, 4)).rejects.toThrow('is before')
    await opened(2)
    expect(readers[1]?.cursors).toEqual([{ partition: 0, offset: 0, claimId: null }])
    await deliver(0, 4)
    expect([await status(), await sold()]).toEqual([[{ status: 'confirmed' }], [{ sold_places: 3 }]])
  })

  it('a projection that parks a stream leaves the others alone, and stays ready', async () => {
    runtime.start()
    await opened(1)
    await deliver(0, 3)
    await until(() => runtime.unready.length === 0)
    await pool.query('DELETE FROM reservations_v1')
    await deliver(3, 4)
    expect(await sold()).toEqual([{ sold_places: 3 }])
    expect(await listParked(pool)).toMatchObject([{ projection: 'reservations', firstOffset: 3, events: 1 }])
    expect(runtime.unready).toEqual([])
  })

  it('a stop makes it unready', async () => {
    runtime.start()
    await opened(1)
    decode = (record) => ({ ...(events[record.offset - 1] as JournalRecord), commandOffset: record.offset * 2 })
    await deliver(0, 4)
    expect(runtime.unready).toEqual([
      expect.stringContaining('reservations stopped on partition 0 at offset 2'),
      expect.stringContaining('sales_per_minute stopped on partition 0 at offset 2'),
    ])
  })

  it('a value of no stream that nobody can decode stops all; a registry that is away makes the batch come again', async () => {
    runtime.start()
    await opened(1)
    const read = decode
    decode = () => {
      throw new RegistryUnavailableError('away')
    }
    await expect(deliver(0, 3)).rejects.toThrow('away')
    expect(runtime.stops).toEqual([])
    decode = (record) => {
      if (record.offset === 3) throw new UnknownSchemaError('nobody knows it')
      return read(record)
    }
    await deliver(0, 4)
    expect(runtime.stops.map(({ stop }) => [stop.reason, stop.offset])).toEqual([
      ['undecodable', 3],
      ['undecodable', 3],
    ])
    expect(await status()).toEqual([{ status: 'held' }])
  })

  it('a log that lost records makes it unready for good', async () => {
    runtime.start()
    await opened(1)
    fail(new Error('offset 3 is not in the log'))
    await until(() => runtime.unready[0]?.includes('offset 3 is not in the log') ?? false)
    expect(readers).toHaveLength(1)
  })
})
