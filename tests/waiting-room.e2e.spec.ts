import { beforeAll, describe, expect, it } from '@jest/globals'
import { auditStack, DrawCheck, printLog } from '@onsale/cli'
import { until } from './claims.js'
import { System } from './system.js'

let system: System
beforeAll(async () => {
  system = await System.open()
})

const at = (ms: number) => new Date(Date.now() + ms).toISOString()

/** In its lobby, until it is told to open. */
async function roomOf(settings: object = {}) {
  const showId = await system.newShow()
  const organizer = await system.token('organizer', 'organizer')
  const room = (path: string, body: object = {}) => system.post(`/api/queue/${showId}/${path}`, organizer, body)
  const scheduled = await room('schedule', { lobbyFrom: at(0), opensAt: at(3_600_000), ...settings })
  expect(scheduled.status).toBe(201)
  const as = async (who: string, path: string) =>
    system.post(`/api/queue/${showId}/${path}`, await system.token(who), {})
  const reserve = async (who: string, more: object = {}) =>
    system.post('/api/tickets/reserve', await system.token(who), { showId, bestAvailable: { quantity: 1 }, ...more })
  /** It opens by itself, a moment later. */
  const opensNow = async () => {
    const changed = await room('settings', { lobbyFrom: at(0), opensAt: at(0), ...settings })
    expect(changed.status).toBe(200)
    await until(async () => (await room('open')).body.code === 'room-already-open')
  }
  return { showId, room, as, reserve, opensNow }
}

describe('a waiting room', () => {
  it('keeps its show for the admitted, and gives each customer one place', async () => {
    const { showId, room, as, reserve, opensNow } = await roomOf()
    const refused = await reserve('alice')
    expect([refused.status, refused.body.code]).toEqual([403, 'admission-required'])
    const alice = await as('alice', 'enter')
    expect([alice.status, alice.body.status, alice.body.place]).toEqual([200, 'waiting', null])
    const again = await as('alice', 'enter')
    expect(again.body.entryId).toBe(alice.body.entryId)
    const early = await as('bob', 'enter')
    expect((await as('bob', 'leave')).body.entryId).toBe(early.body.entryId)
    expect((await as('bob', 'enter')).body.entryId).toBe(early.body.entryId)
    expect((await room('open')).body.code).toBe('opening-not-due')
    await opensNow()
    const late = await as('carol', 'enter')
    expect([late.status, late.body.place]).toEqual([200, 2])
    expect((await room('pause', { reason: 'technical', stop: true })).status).toBe(200)
    const stopped = await as('dave', 'enter')
    expect([stopped.status, stopped.body.code, stopped.body.details]).toEqual([409, 'room-stopped', ['technical']])
    expect((await room('resume')).status).toBe(200)
    expect((await room('close', { reason: 'sold-out' })).status).toBe(200)
    expect((await as('dave', 'enter')).body.code).toBe('room-closed')

    const organizer = await system.token('organizer', 'organizer')
    expect((await system.post(`/api/shows/${showId}/lift-admission`, organizer, {})).status).toBe(200)
    expect((await reserve('alice')).status).toBe(201)
    const audit = await auditStack(system.stack.connection, { againstReadModel: true })
    expect(audit.violations).toEqual([])
  })

  it('has a lane for whom the organizer gave a pass', async () => {
    const { showId, room, as } = await roomOf({ priorityPercent: 50 })
    const { body } = await room('pass', { customerId: 'member' })
    const enter = async (who: string, pass: string) =>
      system.post(`/api/queue/${showId}/enter`, await system.token(who), { pass })
    expect((await enter('friend', body.pass)).body.code).toBe('pass-invalid')
    expect((await enter('member', body.pass)).status).toBe(200)
    await as('friend', 'enter')
    const lanes: Record<string, string> = {}
    const print = ({ type, data }: { type: string; data: unknown }) => {
      const { customerId, lane } = data as { customerId: string; lane: string }
      if (type === 'EntryJoined') lanes[customerId] = lane
    }
    await printLog(system.stack.connection, { of: 'queue', show: showId, last: null, follow: null, print })
    expect(lanes).toEqual({ member: 'priority', friend: 'standard' })
  })

  it('draws the places of its lobby so that anyone can do it again', async () => {
    const { showId, as, opensNow } = await roomOf()
    const visitors = Array.from({ length: 40 }, (_, n) => `visitor-${n}`)
    await Promise.all(visitors.map((who) => as(who, 'enter')))
    await opensNow()
    const verdict = async () => {
      const check = new DrawCheck(showId)
      const print = (record: { type: string; data: unknown }) => check.add(record)
      await printLog(system.stack.connection, { of: 'queue', show: showId, last: null, follow: null, print })
      return check.verdict()
    }
    // The places are drawn beside the commands, a moment later.
    let drawn = await verdict()
    while (drawn.wrong[0]?.includes('so far')) drawn = await verdict()
    expect([drawn.wrong, drawn.entries]).toEqual([[], 40])
    const joined = Array.from({ length: 40 }, (_, n) => `${showId}.${n}`)
    expect([...drawn.order].sort()).toEqual(joined.sort())
  })
})
