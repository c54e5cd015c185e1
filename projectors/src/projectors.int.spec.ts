import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { canonicalPlan, type Plan } from '@onsale/domain'
import { type SuiteServers, suiteServers } from '@onsale/infra'
import { type Codec, createCodec } from '@onsale/platform/codec'
import { parseConfig } from '@onsale/platform/config'
import {
  createKafka,
  header,
  type JournalRecord,
  type OwnedRecord,
  type OwnerLog,
  openOwnerLog,
  ownerClaimedName,
  PlanCatalog,
  topicNames,
} from '@onsale/platform/log'
import { systemRandom, systemTimers } from '@onsale/platform/ports'
import { openPool } from '@onsale/platform/sql'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import { pino } from 'pino'
import { projectorsVariables } from './config.js'
import { dropParked, listDropped } from './parked/drop-parked.js'
import { listParked, requestRedrive } from './parked/parked-streams.js'
import { showParked } from './parked/show-parked.js'
import { allProjections, projections } from './projections.js'
import { tableName } from './runtime/index.js'
import { startProjectors } from './start-projectors.js'
import { held, journalEvent, plan, scheduled } from './testing/events.js'
import { rowsAfter } from './testing/in-memory-rows.js'
import { randomJournal } from './testing/random-journal.js'

// Real servers on a machine that may have other things to do.
jest.setTimeout(60_000)

const logger = pino({ level: 'silent' })
const claim = '0193a3c2-0000-7000-8000-00000000c1a1'
type Projectors = Awaited<ReturnType<typeof startProjectors>>

let servers: SuiteServers
let pool: Pool
let codec: Codec
let topics: ReturnType<typeof topicNames>
let kafka: ReturnType<typeof createKafka>
let storedHash: string
const owners: OwnerLog[] = []
const running: Projectors[] = []

beforeAll(async () => {
  servers = await suiteServers('projectors', { schemas: true, tables: true })
  const config = parseConfig(projectorsVariables, { ...servers.variables, ONSALE_HTTP_PORT: '0' })
  topics = topicNames(config.env)
  kafka = createKafka({ brokers: config.kafkaBrokers, clientId: 'projectors-spec' }, logger)
  codec = await createCodec({ env: config.env, registryUrl: config.registryUrl, bundleFile: null, logger })
  pool = openPool({ url: config.sqlPrimaryUrl })
  const plans = new PlanCatalog<Plan>({ kafka, topic: topics.plans, codec, logger, parse: (json) => JSON.parse(json) })
  await plans.start()
  storedHash = (await plans.append({ name: plan.name, canonicalJson: canonicalPlan(plan) })).planHash
  await plans.stop()
})
afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()))
  await Promise.all(owners.map((owner) => owner.close()))
  await pool?.end()
  await servers?.drop()
})

async function start(): Promise<Projectors> {
  const one = await startProjectors(
    parseConfig(projectorsVariables, { ...servers.variables, ONSALE_HTTP_PORT: '0' }),
    logger,
  )
  running.push(one)
  return one
}
async function stop(one: Projectors): Promise<void> {
  running.splice(running.indexOf(one), 1)
  await one.stop()
}
const readiness = async ({ opsPort }: Projectors) => {
  const response = await fetch(`http://127.0.0.1:${opsPort}/health/ready`)
  return { status: response.status, reasons: ((await response.json()) as { reasons: string[] }).reasons }
}
const until = async (condition: () => Promise<boolean>) => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
}
const rowsOf = async (sql: string, values: unknown[] = []) => (await pool.query<RowDataPacket[]>(sql, values))[0]

/** Claims the partition and gives an append that puts records there, one transaction each. */
async function own(partition: number) {
  const owner = await openOwnerLog({
    kafka,
    transactionalId: `${topics.events}.${partition}`,
    eventsTopic: topics.events,
    parkedTopic: topics.parked,
    partition,
  })
  owners.push(owner)
  const claimed = { claimId: claim, owner: 'spec', nextCommandOffset: 0, claimedAt: 0 }
  await owner.append([encoded(ownerClaimedName, claimed, { [header.claimId]: claim })])
  return owner
}

const encoded = (name: string, data: unknown, headers: Record<string, string>): OwnedRecord => ({
  key: null,
  value: codec.encode(name, data),
  headers: { [header.type]: name, ...headers },
})

/** As a decider writes it. */
const toRecord = (event: JournalRecord, more: Record<string, string> = {}): OwnedRecord =>
  encoded(
    event.name,
    event.type === 'ShowScheduled' ? { ...(event.data as object), planHash: storedHash } : event.data,
    {
      [header.claimId]: claim,
      [header.time]: new Date(event.time).toISOString(),
      ...(event.subject === null ? {} : { [header.subject]: event.subject }),
      ...(event.streamVersion === null ? {} : { [header.streamVersion]: `${event.streamVersion}` }),
      ...(event.commandOffset === null ? {} : { [header.commandOffset]: `${event.commandOffset}` }),
      ...(event.commandId === null ? {} : { [header.commandId]: event.commandId }),
      ...more,
    },
  )

/** Partition 0's commands are decided up to this journal record. */
const shownTo = (offset: number, partition = 0) =>
  until(async () => {
    const rows = await rowsOf('SELECT next_offset FROM projection_checkpoint WHERE topic = ? AND partition_no = ?', [
      topics.events,
      partition,
    ])
    return rows.length === projections.length && rows.every(({ next_offset }) => next_offset > offset)
  })

const metrics = async ({ opsPort }: Projectors) => (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text()
const healthy = `1${scheduled.showId.slice(1)}`
const sick = `${healthy.slice(0, -1)}0`
/** The first event of a show. */
const scheduling = (showId: string, more: Partial<JournalRecord>) =>
  journalEvent(
    'ShowScheduled',
    { ...scheduled, showId },
    { subject: showId, streamVersion: 1, commandId: showId, ...more },
  )

describe('projectors on real servers', () => {
  it('several processes that come and go lead to the rows that the events say', async () => {
    const journal = randomJournal(42, 1_200)
    const [a, b] = await Promise.all([start(), start()])
    const owner = await own(0)
    let end = 0
    const offsets: number[] = []
    const append = async (from: number, to: number) => {
      for (let at = from; at < to; at += 40) {
        const some = journal.slice(at, Math.min(at + 40, to))
        const { baseOffset } = await owner.append(some.map((event) => toRecord(event)))
        for (const index of some.keys()) offsets.push(baseOffset + index)
        end = baseOffset + some.length - 1
      }
    }
    await append(0, 400)
    await stop(a as Projectors)
    await append(400, 800)
    const c = await start()
    await stop(b as Projectors)
    await append(800, journal.length)
    await shownTo(end)
    expect(await readiness(c)).toEqual({ status: 200, reasons: [] })

    const events = journal.map((event, at) => ({ ...event, offset: offsets[at] as number }))
    for (const projection of projections) {
      const expected = rowsAfter(projection, events)
      for (const table of projection.tables) {
        const { name, key } = table
        const sorted = (rows: object[]) => [...rows].map((row) => JSON.stringify(Object.entries(row).sort())).sort()
        const inMemory = (expected[name] ?? []).map((row) => ({
          ...row,
          ...('plan_hash' in row ? { plan_hash: storedHash } : {}),
        }))
        expect(inMemory.length).toBeGreaterThan(0)
        expect([
          name,
          ...sorted(await rowsOf(`SELECT * FROM ${tableName(table, 1)} ORDER BY ${key.join(', ')}`)),
        ]).toEqual([name, ...sorted(inMemory)])
      }
    }
  })

  it('a venue is there for each plan', async () => {
    await until(async () => (await rowsOf('SELECT 1 FROM venues_v1')).length > 0)
    expect(await rowsOf('SELECT plan_hash, name, seats, places FROM venues_v1')).toEqual([
      { plan_hash: storedHash, name: 'Small hall', seats: 4, places: 100 },
    ])
  })

  it('records of a stale claim change nothing', async () => {
    const [projectors] = running as [Projectors]
    const owner = await own(1)
    const first = scheduling(healthy, { commandOffset: 0 })
    const stale = { [header.claimId]: '0193a3c2-0000-7000-8000-0000000057a1' }
    await owner.append([toRecord({ ...first, streamVersion: 7 }, stale), toRecord(first)])
    const { baseOffset } = await owner.append([toRecord({ ...first, streamVersion: 2, commandOffset: 1 }, stale)])
    await shownTo(baseOffset, 1)
    expect((await readiness(projectors)).status).toBe(200)
    expect(await listParked(pool)).toEqual([])
    const ignored = /onsale_stale_records_ignored_total\{partition="1".*\} [1-9]/
    await until(async () => ignored.test(await metrics(projectors)))
  })

  it('a poison record parks its stream; the next stream in the same batch goes on, the process stays ready', async () => {
    const [a] = running as [Projectors]
    const b = await start()
    const poison: OwnedRecord = {
      key: sick,
      value: Buffer.from('not Avro'),
      headers: {
        [header.type]: 'onsale.reservation.events.SeatsPainted',
        [header.claimId]: claim,
        [header.subject]: sick,
        [header.streamVersion]: '2',
        [header.commandOffset]: '2',
      },
    }
    const hold = { ...held, showId: sick, reservationId: `${sick}.00000000-0000-7000-8000-000000000001` }
    const { baseOffset } = await (owners.at(-1) as OwnerLog).append([
      toRecord(scheduling(sick, { commandOffset: 1 })),
      poison,
      toRecord(
        journalEvent('SeatsHeld', hold, { subject: sick, streamVersion: 2, commandOffset: 3, commandId: 'hold' }),
      ),
      toRecord(
        journalEvent(
          'SalesPaused',
          { showId: healthy, reason: 'test', pausedAt: 5 },
          {
            ...{ subject: healthy, streamVersion: 2, commandOffset: 4 },
          },
        ),
      ),
    ])
    await shownTo(baseOffset + 3, 1)
    expect(await rowsOf('SELECT paused_at FROM shows_v1 WHERE show_id = ?', [healthy])).toEqual([{ paused_at: 5 }])
    expect(await rowsOf('SELECT held FROM shows_v1 WHERE show_id = ?', [sick])).toEqual([{ held: 0 }])
    expect(await rowsOf("SELECT 1 FROM command_status_v1 WHERE command_id = 'hold'")).toEqual([])
    const parked = await listParked(pool)
    expect(parked.map(({ projection }) => projection).sort()).toEqual(projections.map(({ name }) => name).sort())
    for (const one of parked)
      expect(one).toMatchObject({
        ...{ topic: topics.events, partition: 1, stream: sick, reason: 'undecodable', missing: 0 },
        ...{ firstOffset: baseOffset + 1, events: 2, attempts: 0 },
      })
    for (const one of [a, b]) {
      expect(await readiness(one)).toEqual({ status: 200, reasons: [] })
      await until(async () =>
        /onsale_projection_parked_events\{projection="shows",version="1",partition="1".*\} 2/.test(await metrics(one)),
      )
      await until(async () =>
        /onsale_projection_parked_streams\{projection="shows",version="1",partition="1".*\} 1/.test(await metrics(one)),
      )
      expect(await metrics(one)).toMatch(
        /onsale_projection_missing_events\{projection="shows",version="1",partition="1".*\} 0/,
      )
      expect(await metrics(one)).toMatch(
        /onsale_projection_stopped\{projection="shows",version="1",partition="1".*\} 0/,
      )
    }
    const [shown] = await showParked({ pool, kafka, codec, logger }, { projection: 'shows', stream: sick })
    expect(shown?.parkedEvents).toEqual([
      expect.objectContaining({
        ...{ offset: baseOffset + 1, streamVersion: 2, name: 'onsale.reservation.events.SeatsPainted' },
        value: { undecodable: expect.any(String), base64: Buffer.from('not Avro').toString('base64') },
      }),
      expect.objectContaining({
        ...{ offset: baseOffset + 2, streamVersion: 2, name: 'onsale.reservation.events.SeatsHeld' },
        value: { decoded: expect.objectContaining({ reservationId: hold.reservationId }) },
      }),
    ])
  })

  it('a redrive in vain says so; after a drop the stream goes on, in whichever process', async () => {
    const [before] = await listParked(pool, { projection: 'shows' })
    expect(await requestRedrive(pool, { stream: sick }, 'operator-1', 1)).toBe(projections.length)
    await until(async () => (await listParked(pool)).every(({ redriveRequestedAt }) => redriveRequestedAt === null))
    // Both processes see the request; one of them answers it.
    for (const { attempts } of await listParked(pool)) expect(attempts).toBe(1)
    expect(await listParked(pool, { projection: 'shows' })).toEqual([{ ...before, attempts: 1 }])

    const dropped = await dropParked(
      pool,
      { timers: systemTimers, random: systemRandom },
      { stream: sick, offset: before?.firstOffset as number, by: 'operator-1', why: 'planted by a test' },
      2,
    )
    expect(dropped).toHaveLength(projections.length)
    await until(async () => (await listParked(pool)).length === 0)
    expect(await rowsOf('SELECT held FROM shows_v1 WHERE show_id = ?', [sick])).toEqual([{ held: 3 }])
    expect(await rowsOf("SELECT outcome FROM command_status_v1 WHERE command_id = 'hold'")).toEqual([
      { outcome: 'accepted' },
    ])
    expect(await listDropped(pool, { stream: sick })).toHaveLength(projections.length)
    const [a] = running as [Projectors]
    await until(async () =>
      /onsale_projection_dropped_events\{projection="shows",version="1",partition="1".*\} 1/.test(await metrics(a)),
    )
    const more = await (owners.at(-1) as OwnerLog).append([
      toRecord(
        journalEvent(
          'SalesPaused',
          { showId: sick, reason: 'test', pausedAt: 6 },
          {
            ...{ subject: sick, streamVersion: 3, commandOffset: 5 },
          },
        ),
      ),
    ])
    await shownTo(more.baseOffset, 1)
    expect(await rowsOf('SELECT paused_at FROM shows_v1 WHERE show_id = ?', [sick])).toEqual([{ paused_at: 6 }])
  })

  it('a gap in a stream parks it and is counted; a gap in the commands stops the partition and is said', async () => {
    const [projectors] = running as [Projectors]
    const ofShows = allProjections.filter(({ topics: [journal] }) => journal === 'reservation.events')
    const owner = owners.at(-1) as OwnerLog
    const resumed = (streamVersion: number, commandOffset: number) =>
      toRecord(
        journalEvent('SalesResumed', { showId: sick, resumedAt: 7 }, { subject: sick, streamVersion, commandOffset }),
      )
    await owner.append([resumed(6, 6)])
    await until(async () =>
      /onsale_projection_missing_events\{projection="shows",version="1",partition="1".*\} 2/.test(
        await metrics(projectors),
      ),
    )
    expect((await readiness(projectors)).status).toBe(200)

    const gap = await owner.append([resumed(7, 9)])
    await until(async () => (await readiness(projectors)).reasons.length === ofShows.length)
    for (const reason of (await readiness(projectors)).reasons)
      expect(reason).toContain(
        `stopped on partition 1 at offset ${gap.baseOffset}: an answer to command 9 where 6 or 7`,
      )
    await until(async () =>
      /onsale_projection_missing_events\{projection="shows",version="1",partition="1".*\} 4/.test(
        await metrics(projectors),
      ),
    )
    expect(await metrics(projectors)).toMatch(
      /onsale_projection_stopped\{projection="shows",version="1",partition="1".*\} 1/,
    )

    const other = await owners[0]?.append([toRecord(scheduling('another', { commandOffset: null, partition: 0 }))])
    await shownTo(other?.baseOffset as number, 0)
  })

  it('a redrive of what the log has lost says so, and so does a look at it', async () => {
    const admin = kafka.admin()
    await admin.connect()
    const end = (await admin.fetchTopicOffsets(topics.events)).find(({ partition }) => partition === 0)?.high as string
    await admin.deleteTopicRecords({ topic: topics.events, partitions: [{ partition: 0, offset: end }] })
    await admin.disconnect()
    const where = ['shows', 1, topics.events, 0]
    await pool.query(
      `INSERT INTO parked_event (projection, version, topic, partition_no, offset_no, claim_id, stream, parked_at) VALUES (?)`,
      [[...where, 1, claim, 'lost', 0]],
    )
    await pool.query(
      `INSERT INTO parked_stream (projection, version, topic, partition_no, stream, first_offset, reason, detail, missing, parked_at)
       VALUES (?)`,
      [[...where, 'lost', 1, 'handler-failed', '', 0, 0]],
    )
    await requestRedrive(pool, { stream: 'lost' }, 'operator-1', 1)
    await until(async () => (await listParked(pool, { stream: 'lost' }))[0]?.attempts === 1)
    expect(await listParked(pool, { stream: 'lost' })).toMatchObject([
      { detail: 'the log has no record at this offset any more', events: 1, redriveRequestedAt: null },
    ])
    expect(await showParked({ pool, kafka, codec, logger }, { stream: 'lost' })).toMatchObject([
      { parkedEvents: [{ offset: 1, value: null }] },
    ])
  })
})
