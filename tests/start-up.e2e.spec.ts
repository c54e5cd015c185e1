import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
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
const allReady = (but?: string) => until(async () => (await notReady()).every((name) => name === but))

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

/** Everything works, `but` one server: a seat is held, and its buyer sees it. */
async function works(but?: string): Promise<void> {
  await allReady(but)
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

type Reasons = Partial<Record<(typeof services)[number], string>>

/** Starts every service again while a server is away: these wait for it, and say so; the others are ready without it. */
async function startedWithout(server: string, waiting: Reasons): Promise<Map<string, () => string>> {
  await stopped(server)
  const said = new Map(services.map((name) => [name, sayings(name)]))
  await Promise.all(services.map((name) => system.stack.restart(name, false)))
  await until(async () => (await notReady(services)).sort().join() === Object.keys(waiting).sort().join())
  for (const [name, reason] of Object.entries(waiting))
    await until(async () => (await reasonsOf(name)).includes(reason))
  return said
}
const isThere = async (server: string) => {
  await system.stack.restart(server)
  await works()
}

describe('every service starts while a server is missing', () => {
  it('kafka: who needs it says so, ends in bounded time when it is told to, and goes on when kafka is there', async () => {
    const reason = 'waiting for kafka'
    const waiting = { 'command-api': reason, reactors: reason, projectors: reason, decider: 'not in the group' }
    const said = await startedWithout('kafka', waiting)
    const names = Object.keys(waiting)
    for (const name of names) await until(() => said.get(name)?.().includes(reason) ?? false)
    const began = Date.now()
    await Promise.all(names.map(stopped))
    // After 13 s whoever still hangs ends itself.
    expect(Date.now() - began).toBeLessThan(15_000)
    for (const name of names) await system.stack.restart(name, false)
    // Reads need no broker.
    expect((await system.call('GET', '/api/shows')).status).toBe(200)
    await isThere('kafka')
  })

  it('the primary: projectors wait for it, nobody else', async () => {
    const said = await startedWithout('mysql-primary', { projectors: 'waiting for sql' })
    await until(() => said.get('projectors')?.().includes('waiting for sql') ?? false)
    expect((await system.call('GET', '/api/shows')).status).toBe(200)
    await isThere('mysql-primary')
  })

  it('the replica: reads wait for it, nobody else', async () => {
    await startedWithout('mysql-replica', { 'query-api': 'waiting for the replica' })
    const answer = await system.call('GET', '/api/shows')
    expect([answer.status, answer.body.code]).toEqual([503, 'replica-unavailable'])
    await isThere('mysql-replica')
  })

  it('redis: its views wait for it, and nobody else', async () => {
    const said = await startedWithout('redis-primary', {})
    await until(() => said.get('projectors')?.().includes('waiting for redis') ?? false)
    await isThere('redis-primary')
  })

  it('the replica of redis: nobody waits for it', async () => {
    await startedWithout('redis-replica', {})
    await works('redis-replica')
    await isThere('redis-replica')
  })

  it('the registry: everybody goes on with the bundle', async () => {
    const said = await startedWithout('registry', {})
    for (const name of ['command-api', 'reactors', 'projectors', 'decider'])
      await until(() => said.get(name)?.().includes('going on with the bundle') ?? false)
    // Lost later too: it is not asked for.
    await works('registry')
  })
})

it('everything starts in the wrong order, services first and what they need last; who has no bundle waits for the registry', async () => {
  await Promise.all([...services, 'nginx'].map(stopped))
  await Promise.all(['registry', 'redis-primary', 'redis-replica', 'mysql-primary', 'mysql-replica'].map(stopped))
  await stopped('kafka')
  const none = { ONSALE_SCHEMA_BUNDLE: join(system.stack.connection.dir, 'there-is-none.json') }
  const withoutBundle = ['command-api', 'reactors', 'projectors', 'decider']
  const late = withoutBundle.map((room) => `${room}-late`)
  const order = [
    ...['projectors', 'query-api', 'nginx', 'reactors', 'decider', 'command-api', 'mysql-replica', 'redis-replica'],
    ...['mysql-primary', 'redis-primary', 'kafka'],
  ]
  for (const name of order) {
    await system.stack.restart(name, false)
    expect(system.stack.pid(name)).not.toBeNull()
  }
  await Promise.all(withoutBundle.map((room) => system.stack.startAnother(`${room}-late`, room, none, false)))
  for (const name of late)
    await until(() => readFileSync(logFile(name), 'utf8').includes('waiting for the schema registry'))
  await system.stack.restart('registry', false)
  await works()
  expect([...services, ...others].filter((name) => system.stack.pid(name) === null)).toEqual([])
  await until(async () => (await notReady(late)).length === 0)
  await Promise.all(late.map((name) => system.stack.stopAnother(name)))
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
