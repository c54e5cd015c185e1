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
import { openPool } from '@onsale/platform/sql'
import type { Pool, RowDataPacket } from 'mysql2/promise'
import { pino } from 'pino'
import { projectorsVariables } from './config.js'
import { projections } from './projections.js'
import { startProjectors } from './start-projectors.js'
import { plan, scheduled } from './testing/events.js'
import { rowsAfter } from './testing/in-memory-rows.js'
import { randomJournal } from './testing/random-journal.js'

// Long before this something hangs; how fast it is, nothing here says.
jest.setTimeout(180_000)

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
      for (const { name, key } of projection.tables) {
        const sorted = (rows: object[]) => [...rows].map((row) => JSON.stringify(Object.entries(row).sort())).sort()
        const inMemory = (expected[name] ?? []).map((row) => ({
          ...row,
          ...('plan_hash' in row ? { plan_hash: storedHash } : {}),
        }))
        expect(inMemory.length).toBeGreaterThan(0)
        expect([name, ...sorted(await rowsOf(`SELECT * FROM ${name} ORDER BY ${key.join(', ')}`))]).toEqual([
          name,
          ...sorted(inMemory),
        ])
      }
    }
  })

  it('a venue is there for each plan', async () => {
    await until(async () => (await rowsOf('SELECT 1 FROM venues_v1')).length > 0)
    expect(await rowsOf('SELECT plan_hash, name, seats, places FROM venues_v1')).toEqual([
      { plan_hash: storedHash, name: 'Small hall', seats: 4, places: 100 },
    ])
  })

  it('records of a stale claim change nothing; a gap parks its stream, a command left out stops the partition; both are said', async () => {
    const [projectors] = running as [Projectors]
    const owner = await own(1)
    const show = { ...scheduled, showId: `1${scheduled.showId.slice(1)}` }
    const [event] = randomJournal(1, 3) as [JournalRecord]
    const first = { ...event, subject: show.showId, data: show, commandOffset: 0 }
    const stale = { [header.claimId]: '0193a3c2-0000-7000-8000-0000000057a1' }
    await owner.append([toRecord({ ...first, streamVersion: 7 }, stale), toRecord(first)])
    const { baseOffset } = await owner.append([toRecord({ ...first, streamVersion: 2, commandOffset: 1 }, stale)])
    await shownTo(baseOffset, 1)
    expect((await readiness(projectors)).status).toBe(200)

    const metric = async (name: string) => {
      const text = await (await fetch(`http://127.0.0.1:${projectors.opsPort}/metrics`)).text()
      return Number(new RegExp(`^${name}\\{projection="shows",partition="1".*\\} (\\d+)$`, 'm').exec(text)?.[1])
    }
    await owner.append([toRecord({ ...first, streamVersion: 3, commandOffset: 1 })])
    await until(async () => (await metric('onsale_projection_parked_streams')) === 1)
    expect(await metric('onsale_projection_missing_events')).toBe(1)
    expect((await readiness(projectors)).status).toBe(200)

    const leap = await owner.append([toRecord({ ...first, streamVersion: 4, commandOffset: 9 })])
    await until(async () => (await readiness(projectors)).status === 503)
    await until(async () => (await readiness(projectors)).reasons.length === projections.length)
    for (const reason of (await readiness(projectors)).reasons)
      expect(reason).toContain(
        `stopped on partition 1 at offset ${leap.baseOffset}: an answer to command 9 where 1 or 2`,
      )
    expect(await metric('onsale_projection_stopped')).toBe(1)
    const metrics = await (await fetch(`http://127.0.0.1:${projectors.opsPort}/metrics`)).text()
    expect(metrics).toMatch(/onsale_projection_ignored_records_total\{partition="1".*\} [1-9]/)

    const other = await owners[0]?.append([
      toRecord({ ...first, subject: 'another', streamVersion: 1, commandOffset: null }),
    ])
    await shownTo(other?.baseOffset as number, 0)
  })
})
