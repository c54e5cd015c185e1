import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditStack } from '@onsale/cli'
import { until } from './claims.js'
import { openRooms } from './rooms.js'
import { hall, System } from './system.js'

let system: System
let rooms: Awaited<ReturnType<typeof openRooms>>
beforeAll(async () => {
  system = await System.open()
  rooms = await openRooms(system)
})
afterAll(() => rooms.journal.stop())

const boxOffice = () => system.token('box-office-1', 'box-office')

describe('a waiting room of the running system', () => {
  it('opens by itself, admits who waits, and takes what they buy into account', async () => {
    const room = await rooms.schedule({ opensInMs: 3_600_000 })
    const early = await room.as('alice', 'enter')
    expect([early.status, early.body.status, early.body.place]).toEqual([200, 'waiting', null])
    const now = new Date().toISOString()
    expect((await room.room('settings', { lobbyFrom: now, opensAt: now })).status).toBe(200)
    const admission = await room.admitted('alice')
    const held = await room.reserve('alice', admission)
    expect(held.status).toBe(201)
    expect((await room.reserve('alice', admission)).body.code).toBe('admission-redeemed')
    await until(() => room.events('AdmissionRedeemed').length === 1)
    const { reservationId } = held.body
    expect((await system.post('/api/tickets/confirm', await boxOffice(), { reservationId })).status).toBe(200)
    await until(() => room.events('AdmissionCompleted').length === 1)
    const [granted] = room.events('AdmissionGranted')
    expect(granted?.data).toMatchObject({ customerId: 'alice', term: 1, freePlaces: 70 })
    expect(room.events('StockReported').at(-1)?.data.freePlaces).toBe(69)
    expect((await auditStack(system.stack.connection, { againstReadModel: true })).violations).toEqual([])
  })

  it('gives the slot of who does not come, and of who lets go, to the next', async () => {
    const settings = { slots: 1, admissionSeconds: 4 }
    const room = await rooms.schedule({ settings })
    await until(() => room.events('DrawHeld').length === 1)
    for (const who of ['no-show', 'leaver', 'buyer']) await room.enters(who)
    await until(() => room.events('AdmissionGranted').length === 1)
    // From now on nobody is too slow for his admission.
    const times = { lobbyFrom: new Date().toISOString(), opensAt: new Date().toISOString() }
    expect((await room.room('settings', { ...settings, ...times, admissionSeconds: 600 })).status).toBe(200)
    await until(() => room.events('AdmissionExpired').length === 1)
    expect(room.events('AdmissionExpired')[0]?.data).toMatchObject({ customerId: 'no-show', reason: 'no-show' })
    const held = await room.reserve('leaver', await room.admitted('leaver'))
    expect(held.status).toBe(201)
    const leaver = await system.token('leaver')
    await system.post('/api/tickets/release', leaver, { reservationId: held.body.reservationId })
    const bought = await room.reserve('buyer', await room.admitted('buyer'))
    expect(bought.status).toBe(201)
    expect(room.events('AdmissionExpired')[1]?.data).toMatchObject({ customerId: 'leaver', reason: 'abandoned' })
    expect(Math.max(...room.events('AdmissionGranted').map(({ data }) => data.openAdmissions))).toBe(1)
  })

  it('keeps its pace though nine of ten never come: their slots return', async () => {
    const [perSecond, count] = [10, 120]
    const plan = { ...hall, areas: [{ id: 'floor', name: 'Floor', category: 'floor', capacity: 1_000 }] }
    const settings = { ratePerMinute: perSecond * 60, slots: perSecond * 8, admissionSeconds: 1 }
    const room = await rooms.schedule({ plan, opensInMs: 3_600_000, settings })
    const visitors = Array.from({ length: count }, (_, n) => `visitor-${n}`)
    await Promise.all(visitors.map(room.enters))
    const now = new Date().toISOString()
    expect((await room.room('settings', { ...settings, lobbyFrom: now, opensAt: now })).status).toBe(200)
    const granted = () => room.events('AdmissionGranted').map(({ data }) => data)
    const bought = new Set<string>()
    for (let seen = 0; seen < count; ) {
      await until(() => granted().length > seen)
      const fresh = granted().slice(seen)
      seen += fresh.length
      for (const { place, customerId } of fresh.filter(({ place }) => place % 10 === 0)) {
        const { admission } = (await room.enters(customerId)).body
        if (admission && (await room.reserve(customerId, admission)).status === 201) bought.add(place)
      }
    }
    const times = granted().map(({ admittedAt }) => admittedAt)
    const seconds = Math.floor(((times.at(-1) as number) - (times[0] as number)) / 1_000) + 1
    const used = count / (seconds * perSecond)
    expect(used).toBeLessThanOrEqual(1)
    // Without a slot that comes back the room would stand still; how much of a rate is used is measured where nothing else runs.
    expect(used).toBeGreaterThan(0.5)
    await until(() => room.events('AdmissionExpired').length >= count - bought.size)
  })
})
