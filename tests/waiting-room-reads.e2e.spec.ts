import { createHash, createHmac } from 'node:crypto'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { openRedis } from '@onsale/platform/redis-views'
import { until } from './claims.js'
import { listenToPlace } from './place-stream.js'
import { roomOfLog } from './room-of-log.js'
import { entered } from './rooms.js'
import { System } from './system.js'

let system: System
beforeAll(async () => {
  system = await System.open()
})

/** A room in its lobby, until it is told to open. */
async function openRoom(settings: Record<string, unknown> = {}) {
  const showId = await system.newShow()
  const organizer = await system.token('organizer', 'organizer')
  const room = (path: string, body: object = {}) => system.post(`/api/queue/${showId}/${path}`, organizer, body)
  const opening = (opensInMs: number) => ({
    lobbyFrom: new Date().toISOString(),
    opensAt: new Date(Date.now() + opensInMs).toISOString(),
    ...settings,
  })
  expect((await room('schedule', opening(3_600_000))).status).toBe(201)
  /** It opens by itself, a moment later. */
  const opensNow = async () => expect((await room('settings', opening(0))).status).toBe(200)
  const as = async (who: string, path: string, body: object = {}) =>
    system.post(`/api/queue/${showId}/${path}`, await system.token(who), body)
  const enters = (who: string) => entered(() => as(who, 'enter'))
  const status = async (who: string, position?: string) =>
    system.call('GET', `/api/queue/${showId}/status${position ? `?position=${position}` : ''}`, {
      token: await system.token(who),
    })
  const stats = () => system.call('GET', `/api/queue/${showId}/stats`, { token: organizer })
  const draw = async (token?: string) =>
    (await system.call('GET', `/api/queue/${showId}/draw`, { token: token ?? null })).body
  return { showId, room, as, enters, opensNow, status, stats, draw }
}

describe('who waits', () => {
  it('is told the place at the position of an answer, hears of what changes, and reserves with what admission gives', async () => {
    const { showId, room, as, enters, opensNow, status, stats, draw } = await openRoom({ slots: 1 })
    const alice = await enters('alice')
    await until(async () => (await status('alice')).status === 200)
    expect(await draw()).toMatchObject({ seed: null, entries: 0, yours: null })
    const inLobby = await status('alice', alice.body.position)
    expect(inLobby.body).toMatchObject({
      ...{ entryId: alice.body.entryId, state: 'lobby', status: 'waiting', place: null, ahead: null, wait: null },
      ...{ admission: null, waiting: 1, heartbeatSeconds: 40 },
    })
    expect(inLobby.headers['retry-after']).toBe(String(inLobby.body.askAgainSeconds))
    const visitors = ['alice', 'bob', 'carol']
    await enters('carol')
    const bob = await enters('bob')
    const heard = await listenToPlace(system, showId, await system.token('bob'), bob.body.position)
    await until(() => heard.events.some((it) => it.state === 'lobby'))
    await opensNow()
    await until(async () => (await status('alice')).body.state === 'open')
    const late = await enters('dave')
    expect((await status('dave', late.body.position)).body).toMatchObject({ place: 3, status: 'waiting' })

    // The only slot: who is first in the draw.
    const statuses = async () => Promise.all(visitors.map(async (who) => (await status(who)).body))
    await until(async () => (await statuses()).some((it) => it.status === 'admitted'))
    const first = visitors[(await statuses()).findIndex((it) => it.status === 'admitted')] as string
    const admitted = (await status(first)).body
    expect(admitted).toMatchObject({ ahead: null, admissionExpiresAt: expect.any(String) })
    const reserve = async (who: string, admission: string) =>
      system.post('/api/tickets/reserve', await system.token(who), {
        ...{ showId, bestAvailable: { quantity: 1 }, admission },
      })
    expect((await reserve('dave', admitted.admission)).body.code).toBe('admission-invalid')
    expect((await reserve(first, admitted.admission)).status).toBe(201)
    expect((await reserve(first, admitted.admission)).body.code).toBe('admission-redeemed')
    await until(async () => (await status(first)).body.status === 'active')

    const [second] = visitors.filter((who) => who !== first) as [string]
    expect((await as(second, 'leave')).status).toBe(200)
    await until(async () => (await status('dave')).body.ahead === 1)
    expect((await status(second)).body).toMatchObject({ status: 'away', keptUntil: expect.any(String) })
    const back = await as(second, 'enter')
    expect((await status(second, back.body.position)).body).toMatchObject({ status: 'waiting' })
    expect((await status('dave', back.body.position)).body).toMatchObject({ ahead: 2, waiting: 3, askAgainSeconds: 1 })

    await room('pause', { reason: 'technical', stop: true })
    await until(async () => (await status('dave')).body.state === 'stopped')
    expect((await status('dave')).body).toMatchObject({ reason: 'technical', stock: { freePlaces: 69 } })
    expect((await stats()).body).toMatchObject({
      entries: { joined: 4, waiting: 3, admitted: 0, active: 1 },
      admissions: { all: 1, open: 1, slots: 1 },
    })
    const left = async () => (await stats()).body.stock.categories.map((it: { free: number }) => it.free)
    await until(async () => (await left()).join() === '19,50' || (await left()).join() === '20,49')
    await until(() => heard.events.at(-1)?.state === 'stopped')
    expect(heard.events.map((it) => it.state)).toContain('lobby')
    const own = (await status('bob')).body
    const again = await listenToPlace(system, showId, await system.token('bob'), heard.lastId())
    await until(() => again.events.length > 0)
    expect(again.events[0]).toMatchObject({ entryId: own.entryId, status: own.status, ahead: own.ahead })
    for (const one of [heard, again]) one.stop()
  })

  it('of those who have no place here it says so', async () => {
    const { showId, status, as } = await openRoom()
    await until(async () => (await status('erin')).body.code !== 'room-not-found')
    expect((await status('erin')).body.code).toBe('entry-not-found')
    const other = await system.newShow()
    const token = await system.token('alice')
    const nowhere = (path: string) => system.call('GET', `/api/queue/${other}/${path}`, { token })
    expect((await nowhere('status')).body.code).toBe('room-not-found')
    expect((await nowhere('draw')).body.code).toBe('room-not-found')
    expect((await nowhere('stream')).body.code).toBe('room-not-found')
    expect((await system.call('GET', `/api/queue/${showId}/stats`, { token })).body.code).toBe('role-missing')
    expect((await system.call('GET', `/api/queue/${showId}/status?position=x`, { token })).status).toBe(400)
    const entered = await as('alice', 'enter')
    const { heartbeat } = (await status('alice', entered.body.position)).body
    expect((await as('alice', 'heartbeat', { heartbeat })).status).toBe(204)
    expect((await as('alice', 'heartbeat', { heartbeat })).status).toBe(429)
    expect((await as('bob', 'heartbeat', { heartbeat })).body.code).toBe('heartbeat-invalid')
  })

  it('can do the draw again with what is public', async () => {
    const { showId, enters, opensNow, draw } = await openRoom()
    await until(async () => (await draw()).commitment !== undefined)
    const { commitment } = await draw()
    const visitors = Array.from({ length: 30 }, (_, n) => `visitor-${n}`)
    await Promise.all(visitors.map(enters))
    await opensNow()
    await until(async () => (await draw()).drawn === 30)
    const { seed, lobbyDigest, order, yours } = await draw(await system.token('visitor-7'))
    expect(createHash('sha256').update(seed).digest('hex')).toBe(commitment)
    const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex')
    const key = hmac(seed, lobbyDigest)
    const hashes = order.entries.map((entry: number) => hmac(key, `${showId}.${entry}`))
    expect(hashes).toEqual([...hashes].sort())
    expect([...order.entries].sort((a: number, b: number) => a - b)).toEqual(visitors.map((_, n) => n))
    expect(`${showId}.${order.entries[yours.place]}`).toBe(yours.entryId)
  })

  it('a command of a room has its status, too', async () => {
    const { showId } = await openRoom()
    const decider = system.stack.pid('decider')
    expect(decider).not.toBeNull()
    system.stack.kill('decider', 'SIGSTOP')
    const entered = await system.post(`/api/queue/${showId}/enter`, await system.token('frank'), {})
    expect([entered.status, entered.body.status]).toEqual([202, 'pending'])
    system.stack.kill('decider', 'SIGCONT')
    const token = await system.token('frank')
    const answer = async () => (await system.call('GET', entered.headers.location as string, { token })).body
    await until(async () => (await answer()).status !== 'pending')
    expect(await answer()).toMatchObject({ commandId: entered.body.commandId, status: 'accepted' })
  })
})

describe('Redis wiped in mid-sale', () => {
  const graceSeconds = 4

  it('places come back as the log has them, and nobody loses one', async () => {
    const { showId, as, enters, opensNow, status, stats } = await openRoom({ graceSeconds, slots: 5 })
    const visitors = Array.from({ length: 50 }, (_, n) => `wiped-${n}`)
    await Promise.all(visitors.slice(0, 30).map(enters))
    await opensNow()
    await until(async () => (await status('wiped-0')).body.state === 'open')
    await Promise.all(visitors.slice(30).map(enters))
    // Everybody has been heard of, so whoever is not heard of again is absent.
    const beat = async (who: string) => {
      const { heartbeat } = (await status(who)).body
      if (heartbeat) await as(who, 'heartbeat', { heartbeat })
    }
    const beats = () => Promise.all(visitors.map(beat))
    let going = true
    const beating = (async () => {
      while (going) await beats()
    })()
    const redis = openRedis({ url: system.stack.connection.variables.ONSALE_REDIS_URL ?? '', timeoutMs: 5_000 })
    await until(async () => (await stats()).body.admissions.all === 5)
    await until(() => redis.status === 'ready')

    const wipedAt = Date.now()
    await redis.flushall()
    redis.disconnect()
    const told = async () => {
      const all = await Promise.all(visitors.map((who) => status(who)))
      const readable = all.filter(({ status: code }) => code === 200)
      return { readable, all: readable.length === visitors.length }
    }
    await until(async () => (await told()).all)
    const backMs = Date.now() - wipedAt
    const log = await roomOfLog(system, showId)
    const { readable } = await told()
    const wrong = readable.filter(({ body }) => body.ahead !== null && body.ahead > log.aheadOf(body.entryId))
    expect(wrong.map(({ body }) => [body.entryId, body.ahead])).toEqual([])
    const places = readable.filter(({ body }) => body.place !== null).map(({ body }) => [body.entryId, body.place])
    expect(places).toEqual(places.map(([entryId]) => [entryId, log.placeOf(entryId as string)]))

    const until3 = Date.now() + 3 * graceSeconds * 1_000
    await until(() => Date.now() > until3)
    const after = await roomOfLog(system, showId)
    const { entries } = (await stats()).body
    // Whoever is not heard of any more while we look is absent with good reason.
    going = false
    await beating
    expect(after.lost()).toEqual([])
    expect([entries.skipped, entries.left, entries.joined]).toEqual([0, 0, visitors.length])
    process.stdout.write(
      `Redis wiped: every place was told again after ${backMs} ms, as the log has it; nobody lost one in three grace periods\n`,
    )
  })
})
