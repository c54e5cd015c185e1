import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { canonicalPlan, type Plan } from '@onsale/domain'
import { type SuiteServers, suiteServers } from '@onsale/infra'
import { type Codec, createCodec } from '@onsale/platform/codec'
import { parseConfig } from '@onsale/platform/config'
import {
  createKafka,
  header,
  type JournalRecord,
  logEnds,
  type OwnedRecord,
  type OwnerLog,
  openOwnerLog,
  ownerClaimedName,
  PlanCatalog,
  topicNames,
} from '@onsale/platform/log'
import { systemClock, systemRandom, systemTimers } from '@onsale/platform/ports'
import { openPool } from '@onsale/platform/sql'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import { pino } from 'pino'
import { projectorsVariables } from '../config.js'
import { projections } from '../projections.js'
import { reservationsProjection } from '../reservations/projection.js'
import { type ReservationRow, reservations } from '../reservations/table.js'
import { defineTable, type Projection, tableName } from '../runtime/index.js'
import { startProjectors } from '../start-projectors.js'
import { tableDigest } from '../table-digest.js'
import { plan } from '../testing/events.js'
import { randomJournal } from '../testing/random-journal.js'
import {
  compareVersions,
  dropVersion,
  listVersions,
  pauseRebuild,
  planRebuild,
  resumeRebuild,
  startRebuild,
  switchVersion,
  type Version,
  versionProgress,
} from './index.js'
import { createTables, dropTables } from './version-tables.js'

// Real servers on a machine that may have other things to do.
jest.setTimeout(120_000)

const logger = pino({ level: 'silent' })
const claim = '0193a3c2-0000-7000-8000-00000000c1a1'
const ports = { clock: systemClock, timers: systemTimers, random: systemRandom }
const name = 'reservations'

/** As a later build has it: a column more, computed from events of before, and a status that reads otherwise. */
interface LaterRow extends ReservationRow {
  places: number
}
const later = defineTable<LaterRow>()({
  name: reservations.name,
  key: ['reservation_id'],
  columns: [...(reservations.columns as (keyof ReservationRow)[]), 'places'],
  madeFrom: { stream: 'show_id' },
  layout: `${reservations.layout}, places INT NOT NULL`,
})
const laterReservations: Projection = {
  ...reservationsProjection,
  revision: 2,
  tables: [later],
  on: {
    ...reservationsProjection.on,
    SeatsHeld(event, rows, context) {
      reservationsProjection.on.SeatsHeld?.(
        event,
        {
          put: (_: never, row: ReservationRow) => {
            const places = event.data.seats.length + event.data.areas.reduce((sum, { quantity }) => sum + quantity, 0)
            rows.put(later, { ...row, places })
          },
        } as never,
        context,
      )
    },
    ReservationConfirmed({ data }, rows) {
      const { reservationId, confirmedAt, confirmedBy } = data
      rows.update(
        later,
        { reservation_id: reservationId },
        { status: 'sold', confirmed_at: confirmedAt, confirmed_by: confirmedBy },
      )
    },
    HoldReleased({ data }, rows) {
      rows.update(later, { reservation_id: data.reservationId }, { status: 'released', ended_at: data.releasedAt })
    },
    ReservationCancelled({ data }, rows) {
      rows.update(
        later,
        { reservation_id: data.reservationId },
        { status: 'cancelled', ended_at: data.cancelledAt, end_reason: data.reason },
      )
    },
  },
}
const definitions = [...projections, laterReservations]

let servers: SuiteServers
let pool: Pool
let codec: Codec
let topic: string
let kafka: ReturnType<typeof createKafka>
let owner: OwnerLog
let storedHash: string
let journal: JournalRecord[]
let appended = 0
const running: Awaited<ReturnType<typeof startProjectors>>[] = []

beforeAll(async () => {
  servers = await suiteServers('versions', { schemas: true, tables: true })
  const config = parseConfig(projectorsVariables, { ...servers.variables, ONSALE_HTTP_PORT: '0' })
  const topics = topicNames(config.env)
  topic = topics.events
  kafka = createKafka({ brokers: config.kafkaBrokers, clientId: 'versions-spec' }, logger)
  codec = await createCodec({ env: config.env, registryUrl: config.registryUrl, bundleFile: null, logger })
  pool = openPool({ url: config.sqlPrimaryUrl })
  const plans = new PlanCatalog<Plan>({ kafka, topic: topics.plans, codec, logger, parse: (json) => JSON.parse(json) })
  await plans.start()
  storedHash = (await plans.append({ name: plan.name, canonicalJson: canonicalPlan(plan) })).planHash
  await plans.stop()
  owner = await openOwnerLog({
    kafka,
    transactionalId: `${topic}.0`,
    eventsTopic: topic,
    parkedTopic: topics.parked,
    partition: 0,
  })
  const claimed = { claimId: claim, owner: 'spec', nextCommandOffset: 0, claimedAt: 0 }
  await owner.append([encoded(ownerClaimedName, claimed, { [header.claimId]: claim })])
  journal = randomJournal(7, 4_000)
  await append(1_000)
})
afterEach(async () => {
  // A failed test must not leave the next one a version that is being built.
  const left = (await listVersions(pool, name)).filter(({ state, serving }) => !serving && state !== 'dropped')
  for (const { version } of left) await dropVersion(pool, ports, definitions, name, version)
})
afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()))
  await owner?.close()
  await pool?.end()
  await servers?.drop()
})

const start = async (with_ = definitions) => {
  const config = parseConfig(projectorsVariables, { ...servers.variables, ONSALE_HTTP_PORT: '0' })
  const one = await startProjectors(config, logger, with_)
  running.push(one)
  return one
}
const stop = async (one: (typeof running)[number]) => {
  running.splice(running.indexOf(one), 1)
  await one.stop()
}
const until = async (condition: () => Promise<boolean>) => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20))
}
const rowsOf = async (sql: string, values: unknown[] = []) => (await pool.query<RowDataPacket[]>(sql, values))[0]
const encoded = (type: string, data: unknown, headers: Record<string, string>): OwnedRecord => ({
  key: null,
  value: codec.encode(type, data),
  headers: { [header.type]: type, ...headers },
})
const toRecord = (event: JournalRecord): OwnedRecord =>
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
    },
  )
/** So many more events of the journal, forty in a transaction. */
async function append(count: number): Promise<void> {
  for (const end = Math.min(appended + count, journal.length); appended < end; ) {
    const some = journal.slice(appended, Math.min(appended + 40, end))
    await owner.append(some.map(toRecord))
    appended += some.length
  }
}
const ends = async () => {
  const admin = kafka.admin()
  await admin.connect()
  const found = await logEnds(admin, topic)
  await admin.disconnect()
  return found
}
const versionOf = async (version: number) =>
  (await listVersions(pool, name)).find((it) => it.version === version) as Version
const lagOf = async (version: number) =>
  (await versionProgress(pool, { projection: name, version }, topic, await ends())).lag
const caughtUp = (...versions: number[]) =>
  until(async () => (await Promise.all(versions.map(lagOf))).every((lag) => lag === 0))
const request = { projection: name, revision: null, throttle: null, by: 'ops-1' }
const switching = { projection: name, by: 'ops-1', patienceMs: 10_000 }
const comparison = { patienceMs: 20_000, streams: 3, rows: 3 }
const compare = async (before: number, after: number) =>
  compareVersions(pool, ports, definitions, [await versionOf(before), await versionOf(after)], comparison)
const same = { ...request, revision: 1 }

it('the tables that the code describes are those that migrations have made', async () => {
  const shape = (table: string) =>
    rowsOf(
      `SELECT column_name AS name, column_type AS type, is_nullable AS optional, column_key AS part FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name = ? ORDER BY column_name`,
      [table],
    )
  for (const definition of projections) {
    await createTables(pool, definition, 99)
    for (const table of definition.tables) {
      const made = await shape(tableName(table, 99))
      expect([table.name, made]).toEqual([table.name, await shape(tableName(table, 1))])
      expect(made.map((it) => it.name).sort()).toEqual([...table.columns].sort())
    }
    await dropTables(pool, [definition], 99)
  }
})

describe('a read model that is rebuilt while events come', () => {
  it('is the same in the end, is switched to and back, and the old one goes', async () => {
    await Promise.all([start(), start()])
    expect((await planRebuild(pool, definitions, same)).plan).toMatchObject({ version: 2, tables: ['reservations_v2'] })
    expect(await startRebuild(pool, ports, definitions, same)).toMatchObject({ version: 2, servingVersion: 1 })
    await append(400)
    await caughtUp(1, 2)
    const workers = await rowsOf('SELECT term FROM projection_version WHERE projection = ? AND version = 2', [name])
    expect(workers).toEqual([{ term: 1 }])
    expect(await compare(1, 2)).toMatchObject({ different: [], unsettled: [], compared: 3, equal: 3 })
    const sale = append(800)
    expect(await switchVersion(pool, ports, { ...switching, to: null })).toEqual({ projection: name, from: 1, to: 2 })
    expect(await switchVersion(pool, ports, { ...switching, to: 'previous' })).toMatchObject({ from: 2, to: 1 })
    expect(await switchVersion(pool, ports, { ...switching, to: 2 })).toMatchObject({ from: 1, to: 2 })
    await sale
    await caughtUp(1, 2)
    expect(await tableDigest(pool, reservations, 2)).toEqual(await tableDigest(pool, reservations, 1))
    expect(await dropVersion(pool, ports, definitions, name, 1)).toBe(1)
    await append(100)
    await caughtUp(2)
    expect(await rowsOf("SHOW TABLES LIKE 'reservations\\_v1'")).toEqual([])
    expect(await rowsOf('SELECT 1 FROM projection_checkpoint WHERE projection = ? AND version = 1', [name])).toEqual([])
    await expect(switchVersion(pool, ports, { ...switching, to: 'previous' })).rejects.toThrow('nothing to go back to')
  })

  it('goes on where it was after the process that built it ended, under another', async () => {
    const [a, b] = running as [(typeof running)[number], (typeof running)[number]]
    await startRebuild(pool, ports, definitions, { ...same, throttle: 400 })
    const offset = async () =>
      ((await rowsOf('SELECT next_offset FROM projection_checkpoint WHERE projection = ? AND version = 3', [name]))[0]
        ?.next_offset ?? 0) as number
    await until(async () => (await offset()) > 100)
    await pauseRebuild(pool, name)
    await until(async () => (await versionOf(3)).worker === null)
    const reached = await offset()
    expect(await lagOf(3)).toBeGreaterThan(0)
    await expect(switchVersion(pool, ports, { ...switching, patienceMs: 0, to: null })).rejects.toThrow(
      /is at \d+ of .*\/0/,
    )
    await stop(a)
    await stop(b)
    await start()
    await resumeRebuild(pool, definitions, name, null)
    await until(async () => (await versionOf(3)).worker !== null)
    expect((await versionOf(3)).term).toBe(2)
    expect(await offset()).toBeGreaterThanOrEqual(reached)
    await caughtUp(2, 3)
    expect(await tableDigest(pool, reservations, 3)).toEqual(await tableDigest(pool, reservations, 2))
  })

  it('in another layout and meaning shows what differs, and is gone back from', async () => {
    const { version } = await startRebuild(pool, ports, definitions, request)
    expect(await versionOf(version)).toMatchObject({ revision: 2, state: 'building' })
    await caughtUp(2, version)
    const found = await compare(2, version)
    expect(found.tables).toMatchObject([{ table: 'reservations', columnsAdded: ['places'], columnsRemoved: [] }])
    expect(found.tables[0]?.rowsBefore).toBe(found.tables[0]?.rowsAfter)
    expect([found.different.length, found.equal]).toEqual([3, 0])
    expect(found.different[0]?.rows[0]).toMatchObject({ column: 'status', before: 'confirmed', after: 'sold' })
    await switchVersion(pool, ports, { ...switching, to: null })
    const wrong = `SELECT COUNT(*) AS n FROM reservations_v${version} WHERE places <>
      (SELECT SUM(quantity) FROM JSON_TABLE(areas, '$[*]' COLUMNS (quantity INT PATH '$.quantity')) AS a)`
    expect(await rowsOf(wrong)).toEqual([{ n: 0 }])
    await switchVersion(pool, ports, { ...switching, to: 'previous' })
    expect((await versionOf(2)).serving).toBe(true)
  })
})

describe('what is refused, and then nothing is done', () => {
  it.each([
    [
      'an unknown projection',
      () => planRebuild(pool, definitions, { projection: 'nothing', revision: null }),
      /there is no projection nothing; there are .*shows/,
    ],
    [
      'an unknown revision',
      () => startRebuild(pool, ports, definitions, { ...request, revision: 9 }),
      'this build has no revision 9 of reservations; it has 1, 2',
    ],
    [
      'an unknown version',
      () => switchVersion(pool, ports, { ...switching, to: 77 }),
      'reservations has no version 77',
    ],
    ['a switch to what is served', () => switchVersion(pool, ports, { ...switching, to: 2 }), 'is served already'],
    ['dropping what is served', () => dropVersion(pool, ports, definitions, name, 2), 'is what readers are shown'],
    ['pausing what is not there', () => pauseRebuild(pool, name), 'no version of reservations is being built'],
  ])('%s', async (_, attempt, message) => {
    const before = await listVersions(pool)
    await expect(attempt()).rejects.toThrow(message)
    const states = (all: Version[]) =>
      all.map(({ projection, version, state, serving }) => [projection, version, state, serving])
    expect(states(await listVersions(pool))).toEqual(states(before))
  })

  it('two rebuilds of one projection at once', async () => {
    const both = await Promise.allSettled([1, 2].map(() => startRebuild(pool, ports, definitions, same)))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(startRebuild(pool, ports, definitions, same)).rejects.toThrow('is being rebuilt already')
  })

  it('a switch to a version with a parked stream that the one served has not', async () => {
    const { version } = await startRebuild(pool, ports, definitions, same)
    await caughtUp(version)
    await pool.query(
      `INSERT INTO parked_stream (projection, version, topic, partition_no, stream, first_offset, reason, detail, missing, parked_at)
       VALUES (?, ?, ?, 0, 's', 5, 'undecodable', '', 0, 0)`,
      [name, version, topic],
    )
    await expect(switchVersion(pool, ports, { ...switching, to: null })).rejects.toThrow(
      '1 stream(s) are parked in version',
    )
    expect(await switchVersion(pool, ports, { ...switching, to: null, despiteParked: true })).toMatchObject({
      to: version,
    })
    await switchVersion(pool, ports, { ...switching, to: 'previous' })
  })
})
