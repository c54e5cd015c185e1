import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { kafkaFor } from './kafka-client.js'
import { identify } from './process/identity.js'
import { openStack, startStack, stopStack } from './start-stack.js'

const dir = mkdtempSync(join(tmpdir(), 'onsale-stack-'))
const start = () => startStack({ dir, env: 'own', services: false, engine: 'native' })
const own = (path: string) => openStack(path)?.connection.variables ?? {}
afterAll(async () => {
  await stopStack(dir)
  rmSync(dir, { recursive: true })
})

const rows = async (url = '') => {
  const connection = await createConnection(url)
  const [found] = await connection.query<RowDataPacket[]>('SELECT id FROM kept ORDER BY id')
  await connection.end()
  return found.map(({ id }) => id)
}
const topics = async () => {
  const admin = kafkaFor(own(dir).ONSALE_KAFKA_BROKERS as string, 5).admin()
  await admin.connect()
  const names = await admin.listTopics()
  await admin.disconnect()
  return names
}

test('a second stack beside the first, killed, started again with its data, and stopped without a trace', async () => {
  const first = await start()
  expect(own(dir).ONSALE_KAFKA_BROKERS).not.toBe(process.env.ONSALE_KAFKA_BROKERS)
  const processes = await first.status()
  expect(processes.map(({ name }) => name).sort()).toEqual(
    ['kafka', 'mysql-primary', 'mysql-replica', 'redis-primary', 'redis-replica', 'registry'].sort(),
  )
  for (const { name, ready, version, pid } of processes)
    expect([name, ready, version, pid]).toEqual([name, true, expect.stringMatching(/^\d+\.\d+/), expect.any(Number)])

  const admin = kafkaFor(own(dir).ONSALE_KAFKA_BROKERS as string, 5).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: 'kept' }], waitForLeaders: true })
  await admin.disconnect()
  const connection = await createConnection(own(dir).ONSALE_SQL_PRIMARY_URL as string)
  await connection.query('CREATE TABLE kept (id INT PRIMARY KEY)')
  await connection.query('INSERT INTO kept VALUES (1), (2)')
  await connection.end()

  for (const { name } of processes) expect(first.kill(name, 'SIGKILL')).toBe(true)
  for (const { name } of processes) while (first.pid(name) !== null) await new Promise(setImmediate)
  expect((await first.status()).filter(({ ready }) => ready)).toEqual([])

  const second = await start()
  expect((await second.status()).filter(({ ready }) => !ready)).toEqual([])
  expect(second.connection).toEqual(first.connection)
  expect(await rows(own(dir).ONSALE_SQL_PRIMARY_URL)).toEqual([1, 2])
  expect(await rows(own(dir).ONSALE_SQL_REPLICA_URL)).toEqual([1, 2])
  expect(await topics()).toContain('kept')

  const before = (await second.status()).map(({ pid }) => pid)
  const third = await start()
  expect((await third.status()).map(({ pid }) => pid)).toEqual(before)

  await second.restart('mysql-replica')
  expect((await second.status()).filter(({ ready }) => !ready)).toEqual([])
  expect(second.pid('mysql-replica')).not.toBe(before[3])

  await stopStack(dir)
  for (const pid of before) expect(identify(pid as number)).toBeNull()
  expect((await second.status()).filter(({ pid }) => pid !== null)).toEqual([])
  await stopStack(dir)
}, 240_000)

test('a folder where nothing was started has no stack, and stopping it is nothing', async () => {
  const empty = join(dir, 'empty')
  expect(openStack(empty)).toBeNull()
  await stopStack(empty)
})
