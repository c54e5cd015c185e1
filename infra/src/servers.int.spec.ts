import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { kafkaFor } from './kafka-client.js'
import { createTopics, TopicMismatchError } from './migrate/create-topics.js'
import { declaredTopics } from './migrate/declared-topics.js'
import { type SuiteServers, suiteServers } from './test-servers.js'

let servers: SuiteServers
const variable = (name: string) => servers.variables[name] as string
const sql = async <T>(url: string, work: (query: (text: string) => Promise<RowDataPacket[]>) => Promise<T>) => {
  const connection = await createConnection(url)
  try {
    return await work(async (text) => (await connection.query<RowDataPacket[]>(text))[0])
  } finally {
    await connection.end()
  }
}

beforeAll(async () => {
  servers = await suiteServers('infra', { database: true, schemas: true, tables: true })
}, 60_000)
afterAll(() => servers.drop())

test('what is written on the primary arrives on the replica, which takes no writes', async () => {
  await sql(variable('ONSALE_SQL_PRIMARY_URL'), async (query) => {
    await query('CREATE TABLE arrival (id INT PRIMARY KEY, name VARCHAR(20)) ENGINE=InnoDB')
    await query("INSERT INTO arrival VALUES (1, '표')")
  })
  await sql(variable('ONSALE_SQL_REPLICA_URL'), async (query) => {
    const read = () => query('SELECT name FROM arrival').catch(() => [])
    let rows = await read()
    while (rows.length === 0) rows = await read()
    expect(rows).toEqual([{ name: '표' }])
    await expect(query("INSERT INTO arrival VALUES (2, 'x')")).rejects.toThrow(/read-only|denied/)
  })
})

test('even the user who may write cannot write on the replica', async () => {
  const replica = new URL(variable('ONSALE_SQL_REPLICA_URL'))
  const writer = new URL(variable('ONSALE_SQL_PRIMARY_URL'))
  writer.port = replica.port
  await sql(writer.href, (query) => expect(query('CREATE TABLE forbidden (id INT)')).rejects.toThrow(/read-only/))
})

test('each SQL user has its own password and its own rights; nobody comes in without', async () => {
  const primary = new URL(variable('ONSALE_SQL_PRIMARY_URL'))
  const readOnPrimary = new URL(variable('ONSALE_SQL_REPLICA_URL'))
  readOnPrimary.port = primary.port
  await sql(readOnPrimary.href, (query) => expect(query('CREATE TABLE forbidden (id INT)')).rejects.toThrow(/denied/))
  await sql(primary.href, (query) => expect(query('SELECT * FROM mysql.user')).rejects.toThrow(/denied/))
  for (const user of ['root', 'onsale_app', 'nobody']) {
    const open = createConnection({ host: '127.0.0.1', port: Number(primary.port), user, password: '' })
    await expect(open).rejects.toThrow(/denied/)
  }
})

test('Redis answers nobody without the password', async () => {
  for (const name of ['ONSALE_REDIS_URL', 'ONSALE_REDIS_REPLICA_URL']) {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(variable(name)).port), '127.0.0.1', () => socket.write('GET x\r\nQUIT\r\n'))
      socket.setEncoding('utf8').once('error', reject)
      socket.once('data', (data) => resolve(String(data)))
    })
    expect(answer).toMatch(/^-NOAUTH/)
  }
})

test('topics: made once, verified ever after, and a difference is named with what was wanted and found', async () => {
  const brokers = variable('ONSALE_KAFKA_BROKERS')
  const declared = declaredTopics(variable('ONSALE_ENV'), 'local')
  expect(await createTopics(brokers, declared)).toEqual([])
  const other = declared.map((topic) =>
    topic.name.endsWith('.reservation.events')
      ? { ...topic, partitions: 3, config: { ...topic.config, 'retention.ms': '1000' } }
      : topic,
  )
  const failure = await createTopics(brokers, other).catch((error) => error)
  expect(failure).toBeInstanceOf(TopicMismatchError)
  const name = `${variable('ONSALE_ENV')}.reservation.events`
  expect(failure.message).toBe(
    `topic ${name}: partitions should be 3, is 2; topic ${name}: retention.ms should be 1000, is -1`,
  )
})

test('a topic that nobody declared is not made by being spoken to', async () => {
  const admin = kafkaFor(variable('ONSALE_KAFKA_BROKERS')).admin()
  await admin.connect()
  try {
    await expect(admin.fetchTopicMetadata({ topics: ['nobody-declared-this'] })).rejects.toThrow()
    expect(await admin.listTopics()).not.toContain('nobody-declared-this')
  } finally {
    await admin.disconnect()
  }
})

test('the registry knows the schemas of this environment', async () => {
  const answer = await fetch(`${variable('ONSALE_REGISTRY_URL')}/subjects`)
  const subjects = (await answer.json()) as string[]
  expect(subjects.filter((subject) => subject.startsWith(`${variable('ONSALE_ENV')}.`)).length).toBeGreaterThan(10)
})
