import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditStack } from '@onsale/cli'
import { until } from './claims.js'
import { openRooms } from './rooms.js'
import { System } from './system.js'

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
    const room = await rooms.schedule({ opensInMs: 1_500 })
    const early = await room.as('alice', 'enter')
    expect([early.status, early.body.status, early.body.place]).toEqual([200, 'waiting', null])
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
    const settings = { slots: 1, admissionSeconds: 1 }
    const room = await rooms.schedule({ settings })
    await until(() => room.events('DrawHeld').length === 1)
    for (const who of ['no-show', 'leaver', 'buyer']) await room.as(who, 'enter')
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
})
