import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { until } from './claims.js'
import { comeAndGo } from './guests.js'
import { System } from './system.js'

const services = ['command-api', 'query-api', 'reactors', 'projectors', 'decider'] as const
const others = ['nginx', 'kafka', 'registry', 'mysql-primary', 'mysql-replica', 'redis-primary', 'redis-replica']

let system: System
beforeAll(async () => {
  system = await System.open()
})
afterAll(() => allReady())

/** Of these, who is not. */
const notReady = async (names: readonly string[] = [...services, ...others]) =>
  (await system.stack.status()).filter(({ name, ready }) => !ready && names.includes(name)).map(({ name }) => name)
const allReady = () => until(async () => (await notReady()).length === 0)

const gone = (name: string) => until(() => system.stack.pid(name) === null)
async function stopped(name: string): Promise<void> {
  system.stack.kill(name, 'SIGTERM')
  await gone(name)
}

const logFile = (name: string) => join(system.stack.connection.dir, 'logs', `${name}.log`)
/** What a process says from now on. */
function sayings(name: string): () => string {
  const from = statSync(logFile(name), { throwIfNoEntry: false })?.size ?? 0
  return () => readFileSync(logFile(name)).subarray(from).toString('utf8')
}

/** Why a service says that it is not ready; empty where it is, or says nothing yet. */
async function reasonsOf(name: string): Promise<string> {
  const { url } = (await system.stack.status()).find((one) => one.name === name) ?? { url: '' }
  const answer = await fetch(`${url}/health/ready`).then(
    (response) => response.json() as Promise<{ reasons: string[] }>,
    () => ({ reasons: [] }),
  )
  return answer.reasons.join('; ')
}

/** Everything works: a seat is held, and its buyer sees it. */
async function works(): Promise<void> {
  await allReady()
  const showId = await system.newShow()
  const token = await system.token('customer-start')
  const held = await system.post('/api/tickets/reserve', token, { showId, seats: ['A-1'] })
  expect(held.status).toBe(201)
  const { reservationId, position } = held.body
  const shown = await system.call('GET', `/api/tickets/status?reservationId=${reservationId}&position=${position}`, {
    token,
  })
  expect([shown.status, shown.body.status]).toEqual([200, 'held'])
}

describe('a server is missing when services start', () => {
  let missing: string
  const without = async (server: string) => {
    missing = server
    await stopped(server)
  }
  afterEach(async () => {
    await system.stack.restart(missing)
    await works()
  })

  it('kafka: each that needs it says so, ends in bounded time when it is told to, and goes on when kafka is there', async () => {
    await without('kafka')
    const waiting = ['command-api', 'projectors', 'decider']
    const says = waiting.map((name) => [name, sayings(name)] as const)
    for (const name of waiting) await system.stack.restart(name, false)
    for (const [name, said] of says) {
      await until(() => said().includes('waiting for kafka'))
      await until(async () => (await reasonsOf(name)) !== '')
    }
    expect(await reasonsOf('command-api')).toContain('waiting for kafka')
    expect(await reasonsOf('projectors')).toContain('waiting for kafka')
    expect(await reasonsOf('decider')).toContain('not in the group')
    const began = Date.now()
    await Promise.all(waiting.map(stopped))
    // After 13 s whoever still hangs ends itself.
    expect(Date.now() - began).toBeLessThan(15_000)
    for (const name of waiting) await system.stack.restart(name, false)
    // Reads need no broker.
    expect((await system.call('GET', '/api/shows')).status).toBe(200)
  })

  it('the registry: who has the bundle goes on with it, who has none says what it waits for', async () => {
    await without('registry')
    const waiting = ['command-api', 'projectors', 'decider']
    const bundled = waiting.map((name) => sayings(name))
    for (const name of waiting) await system.stack.restart(name)
    for (const said of bundled) expect(said()).toContain('going on with the bundle')
    // Lost later too: everything goes on.
    const showId = await system.newShow()
    const held = await system.post('/api/tickets/reserve', await system.token('customer-start'), {
      showId,
      seats: ['A-2'],
    })
    expect(held.status).toBe(201)
    const none = { ONSALE_SCHEMA_BUNDLE: join(system.stack.connection.dir, 'there-is-none.json') }
    const late = waiting.map((room) => `${room}-late`)
    await Promise.all(waiting.map((room) => system.stack.startAnother(`${room}-late`, room, none, false)))
    for (const name of late)
      await until(() => readFileSync(logFile(name), 'utf8').includes('waiting for the schema registry'))
    await system.stack.restart('registry')
    await until(async () => (await notReady(late)).length === 0)
    await Promise.all(late.map((name) => system.stack.stopAnother(name)))
  })

  it('the primary: projectors wait for it, commands do not', async () => {
    await without('mysql-primary')
    const said = sayings('projectors')
    await system.stack.restart('projectors', false)
    for (const name of ['command-api', 'decider', 'query-api']) await system.stack.restart(name)
    await until(() => said().includes('waiting for sql'))
    await until(async () => (await reasonsOf('projectors')).includes('waiting for sql'))
    const answer = await system.call('GET', '/api/shows')
    expect(answer.status).toBe(200)
  })

  it('the replica: reads wait for it, commands do not', async () => {
    await without('mysql-replica')
    for (const name of ['query-api', 'command-api']) await system.stack.restart(name, false)
    await until(async () => (await reasonsOf('query-api')).includes('waiting for the replica'))
    await until(async () => (await notReady()).join() === 'mysql-replica,query-api')
    const answer = await system.call('GET', '/api/shows')
    expect([answer.status, answer.body.code]).toEqual([503, 'replica-unavailable'])
  })

  it('redis: its views wait for it, and nobody else', async () => {
    await without('redis-primary')
    const said = sayings('projectors')
    await Promise.all(services.map((name) => system.stack.restart(name)))
    await until(() => said().includes('waiting for redis'))
  })
})

it('everything starts in the wrong order, services first and what they need last', async () => {
  await Promise.all([...services, 'nginx'].map(stopped))
  await Promise.all(['registry', 'redis-primary', 'redis-replica', 'mysql-primary', 'mysql-replica'].map(stopped))
  await stopped('kafka')
  const order = [
    'projectors',
    'query-api',
    'nginx',
    'reactors',
    'decider',
    'command-api',
    'mysql-replica',
    'redis-replica',
  ]
  for (const name of [...order, 'registry', 'mysql-primary', 'redis-primary', 'kafka']) {
    await system.stack.restart(name, false)
    expect(system.stack.pid(name)).not.toBeNull()
  }
  await works()
  expect([...services, ...others].filter((name) => system.stack.pid(name) === null)).toEqual([])
})

it('a service that is stopped under load finishes what is under way, in bounded time, and nobody is told of an error', async () => {
  const showId = await system.newShow()
  const guests = comeAndGo(system, showId, 6)
  for (const name of services) {
    const before = guests.released.length
    await until(() => guests.released.length > before + 20)
    const said = sayings(name)
    const began = Date.now()
    await stopped(name)
    expect(Date.now() - began).toBeLessThan(14_000)
    expect(said()).toContain('"stopped"')
    expect(said()).not.toContain('stopping takes too long')
    await system.stack.restart(name)
  }
  await guests.stop()
  await works()
})
