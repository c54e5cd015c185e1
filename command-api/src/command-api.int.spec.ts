import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { type SuiteServers, suiteServers } from '@onsale/infra'
import { type Codec, createCodec } from '@onsale/platform/codec'
import { parseConfig } from '@onsale/platform/config'
import { decodePosition, verifyAcceptance } from '@onsale/platform/http'
import { createKafka, logEnds, type RawRecord, startLogReader, type TopicNames, topicNames } from '@onsale/platform/log'
import { systemTimers } from '@onsale/platform/ports'
import { openPool } from '@onsale/platform/sql'
import type { Admin, Kafka } from 'kafkajs'
import type { RowDataPacket } from 'mysql2/promise'
import { pino } from 'pino'
import { type CommandApiConfig, commandApiVariables, startCommandApi } from './index.js'
import { ScriptedOwner } from './testing/scripted-owner.js'
import { audience, issuer, type TestIssuer, testIssuer } from './testing/token-issuer.js'

// A guard against hanging, not a demand on speed.
jest.setTimeout(180_000)

const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' })
const secret = Buffer.alloc(32, 5)
const uuid = '0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const seatsOf = (seat: string, partition = 0) => ({ showId: `${partition}.${uuid}`, seats: [seat] })

let servers: SuiteServers
let tokens: TestIssuer
let config: CommandApiConfig
let kafka: Kafka
let admin: Admin
let codec: Codec
let topics: TopicNames
const running: { stop(): Promise<void> }[] = []

beforeAll(async () => {
  servers = await suiteServers('command-api', { tables: true, schemas: true })
  tokens = await testIssuer(Date.now)
  config = parseConfig(commandApiVariables, {
    ...servers.variables,
    ONSALE_INSTANCE: 'command-api-int',
    ONSALE_HTTP_HOST: '127.0.0.1',
    ONSALE_HTTP_PORT: '0',
    ONSALE_JWKS_FILE: tokens.jwksFile,
    ONSALE_TOKEN_ISSUER: issuer,
    ONSALE_TOKEN_AUDIENCE: audience,
    ONSALE_KEY_SECRET: secret.toString('base64url'),
    ONSALE_ACCEPTANCE_SECRET: secret.toString('base64url'),
    ONSALE_ANSWER_WAIT_MS: '60000',
  })
  topics = topicNames(config.env)
  kafka = createKafka({ brokers: config.kafkaBrokers, clientId: 'command-api-int-owner' }, logger)
  admin = kafka.admin()
  await admin.connect()
  codec = await createCodec({ ...config, bundleFile: config.schemaBundle, logger })
})
afterEach(async () => {
  for (const one of running.splice(0).reverse()) await one.stop()
})
afterAll(async () => {
  await admin?.disconnect()
  await servers?.drop()
})

const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await systemTimers.sleep(10)
}
const start = async (more: Partial<CommandApiConfig> = {}) => {
  const api = await startCommandApi({ ...config, ...more }, logger)
  running.push(api)
  return api
}
const isReady = async (url: string) => (await fetch(`${url}/health/ready`)).status === 200
const ready = async (more: Partial<CommandApiConfig> = {}) => {
  const api = await start(more)
  await until(() => isReady(api.url))
  return api
}
/** Starts past the commands of earlier tests. */
const owner = async (options: { answering?: boolean; partition?: number } = {}) => {
  const { partition = 0, answering = true } = options
  const from = (await logEnds(admin, topics.commands)).get(partition)?.end ?? 0
  const one = await new ScriptedOwner({ kafka, codec, topics, partition, logger }).start({ answering, from })
  running.push(one)
  return one
}
const post = async (url: string, path: string, body: unknown, { key = 'key-1', roles = ['visitor'] } = {}) => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await tokens.token({ claims: { roles } })}`,
      'idempotency-key': key,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  }
}
const reserve = (url: string, body: unknown, key: string) => post(url, '/api/tickets/reserve', body, { key })

describe('a command', () => {
  test('goes through the log and comes back as its answer', async () => {
    await owner()
    const { url } = await ready()
    const { status, body, headers } = await reserve(url, seatsOf('A-1'), 'through')
    expect(status).toBe(201)
    expect(body).toMatchObject({
      status: 'held',
      seats: [{ seat: 'A-1', category: 'front', priceMinor: 100 }],
      totalMinor: 100,
    })
    expect(decodePosition(headers.get('onsale-position') as string)).toMatchObject({
      topic: topics.events,
      partition: 0,
    })
  })

  test('sent 200 times at once with one key is one command with one answer', async () => {
    const decider = await owner()
    const { url } = await ready()
    const answers = await Promise.all(Array.from({ length: 200 }, () => reserve(url, seatsOf('A-2'), 'parallel')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(decider.seen.length).toBe(200)
    expect(new Set(decider.seen).size).toBe(1)
  })

  test('repeated at another instance, which never saw its answer, gets it from the log', async () => {
    await owner()
    const first = await ready()
    const answer = await reserve(first.url, seatsOf('A-3'), 'elsewhere')
    // The second instance starts from a checkpoint past that answer.
    const end = (await logEnds(admin, topics.events)).get(0)?.end as number
    const position = decodePosition(answer.headers.get('onsale-position') as string)
    expect(position?.offset).toBeLessThan(end)
    const claimId = (running[0] as ScriptedOwner).claimId
    const pool = openPool({ url: servers.variables.ONSALE_SQL_PRIMARY_URL as string })
    await pool.query(
      `INSERT INTO projection_checkpoint (projection, version, topic, partition_no, next_offset, claim_id, updated_at)
       VALUES ('command_status', 1, ?, 0, ?, ?, 0) ON DUPLICATE KEY UPDATE next_offset = VALUES(next_offset), claim_id = VALUES(claim_id)`,
      [topics.events, end, claimId],
    )
    const replica = openPool({ url: config.sqlReplicaUrl })
    await until(async () => {
      const [[row]] = await replica.query<({ next_offset: number } & RowDataPacket)[]>(
        "SELECT next_offset FROM projection_checkpoint WHERE projection = 'command_status' AND topic = ?",
        [topics.events],
      )
      return row?.next_offset === end
    })
    await replica.end()
    await pool.end()
    const second = await ready()
    const again = await reserve(second.url, seatsOf('A-3'), 'elsewhere')
    expect([again.status, again.body]).toEqual([201, answer.body])
  })

  test('is not answered by whoever has lost the partition', async () => {
    const stale = await owner({ answering: false, partition: 1 })
    const { url } = await ready({ answerWaitMs: 1_500 })
    await owner({ answering: false, partition: 1 })
    // The stale owner still writes (its transactional id is its own here): nothing of it counts any more.
    const answering = reserve(url, seatsOf('A-1', 1), 'stale')
    await until(() => stale.seen.length === 1)
    const [command] = await commandsOf(1)
    await stale.answer(command as RawRecord)
    const { status, headers, body } = await answering
    expect([status, body.status]).toEqual([202, 'pending'])
    const acceptance = new URL(headers.get('location') as string, url).searchParams.get('acceptance') as string
    expect(verifyAcceptance(acceptance, secret, Date.now())).toMatchObject({ commandId: body.commandId, partition: 1 })
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /onsale_stale_records_ignored_total\{partition="1"[^}]*\} 1/,
    )
  })
})

/** Every command of a partition, as it lies in the log. */
async function commandsOf(partition: number) {
  const end = (await logEnds(admin, topics.commands)).get(partition)?.end as number
  const records: RawRecord[] = []
  const reader = await startLogReader({
    kafka,
    topic: topics.commands,
    name: 'commands-of',
    from: [{ partition, offset: 0 }],
    logger,
    onBatch: async (batch) => void records.push(...batch.records),
  })
  await until(() => records.length >= end)
  await reader.stop()
  return records
}

describe('the service', () => {
  test('stores a venue once, whoever asks', async () => {
    const { url } = await ready()
    const plan = {
      name: 'Hall',
      focalPoint: { x: 0, y: 0 },
      categories: [{ id: 'front', name: 'Front', color: '#00aa77' }],
      areas: [{ id: 'floor', name: 'Floor', category: 'front', capacity: 10 }],
    }
    const first = await post(url, '/api/venues', plan, { roles: ['organizer'], key: 'venue' })
    expect([first.status, first.body]).toMatchObject([201, { seats: 0, places: 10 }])
    const end = async () => (await logEnds(admin, topics.plans)).get(0)?.end
    const before = await end()
    expect((await post(url, '/api/venues', plan, { roles: ['organizer'], key: 'other' })).body).toEqual(first.body)
    expect(await end()).toBe(before)
  })

  test('answers what is under way before it stops, and takes nothing more', async () => {
    const decider = await owner({ answering: false })
    const api = await ready()
    const answering = reserve(api.url, seatsOf('A-9'), 'last')
    await until(() => decider.seen.length === 1)
    running.splice(running.indexOf(api), 1)
    const stopping = api.stop()
    await until(() =>
      fetch(`${api.url}/health/live`).then(
        ({ status }) => status === 503,
        () => true,
      ),
    )
    const records = await commandsOf(0)
    await decider.answer(records.at(-1) as RawRecord)
    const { status, headers } = await answering
    // The connection goes with the answer: a kept one would keep the server for a minute.
    expect([status, headers.get('connection')]).toEqual([201, 'close'])
    await stopping
    await expect(fetch(`${api.url}/health/live`)).rejects.toThrow()
  })

  test('says what it waits for while kafka is away, and stops all the same', async () => {
    const { url } = await start({ kafkaBrokers: ['127.0.0.1:1'] })
    const response = await fetch(`${url}/health/ready`)
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'unavailable', reasons: ['starting: waiting for kafka', 'the answer tail has not caught up'] },
    ])
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
    expect(await reserve(url, seatsOf('A-1'), 'early')).toMatchObject({ status: 503, body: { code: 'not-ready' } })
  })

  test('starts without the database, from the beginning of the journal', async () => {
    await owner()
    const { url } = await ready({ sqlReplicaUrl: 'mysql://u:p@127.0.0.1:1/none' })
    expect((await reserve(url, seatsOf('A-4'), 'no-database')).status).toBe(201)
  })
})
