import { beforeAll, describe, expect, it } from '@jest/globals'
import { auditStack } from '@onsale/cli'
import { hall, System } from './system.js'

let system: System
beforeAll(async () => {
  system = await System.open()
})

const seatsOf = (body: { seats: { seat: string }[] }) => body.seats.map(({ seat }) => seat).sort()
const numbersOf = (body: { seats: { seat: string }[] }) =>
  body.seats.map(({ seat }) => Number(seat.split('-')[1])).sort((a, b) => a - b)

describe('best available', () => {
  it('sits a party side by side, and tells what to know of it', async () => {
    const showId = await system.newShow({ perCustomerLimit: 10 })
    const reserve = async (who: string, bestAvailable: object, more: object = {}) =>
      system.post('/api/tickets/reserve', await system.token(who), { showId, bestAvailable, ...more })

    const four = await reserve('alice', { quantity: 4, category: 'best' }, { areas: [{ area: 'floor', quantity: 2 }] })
    expect([four.status, four.body.notes, four.body.areas.length]).toEqual([201, [], 1])
    const [first = 0] = numbersOf(four.body)
    expect(numbersOf(four.body)).toEqual([first, first + 1, first + 2, first + 3])

    const eight = await reserve('bob', { quantity: 8, together: 'required' })
    expect([eight.status, new Set(seatsOf(eight.body).map((seat) => seat[0])).size]).toEqual([201, 1])
    const no = await reserve('carol', { quantity: 8, together: 'required' })
    expect([no.status, no.body.code]).toEqual([409, 'no-seats-together'])
    const split = await reserve('carol', { quantity: 8 })
    expect([split.status, split.body.notes]).toEqual([201, ['split']])
    const gone = await reserve('dave', { quantity: 1 })
    expect([gone.status, gone.body.code, gone.body.details]).toEqual([409, 'sold-out', ['0']])
    const unknown = await reserve('dave', { quantity: 1, category: 'royal' })
    expect([unknown.status, unknown.body.code]).toEqual([422, 'category-not-found'])
  })

  it('16 pairs at once for 20 seats: ten of them sit, the others are told that it is sold out', async () => {
    const showId = await system.newShow()
    const answers = await Promise.all(
      Array.from({ length: 16 }, async (_, n) =>
        system.post('/api/tickets/reserve', await system.token(`pair-${n}`), {
          showId,
          bestAvailable: { quantity: 2, together: 'required' },
        }),
      ),
    )
    const held = answers.filter(({ status }) => status === 201)
    expect([held.length, new Set(held.flatMap(({ body }) => seatsOf(body))).size]).toEqual([10, 20])
    for (const { body } of answers.filter(({ status }) => status !== 201)) expect(body.code).toBe('sold-out')
  })

  it('the orphan rule of a show: warned of, or refused with the seats to take instead', async () => {
    const asking = { seats: ['A-2', 'A-3'] }
    const warned = await system.newShow({ orphanRule: 'warn' })
    const first = await system.post('/api/tickets/reserve', await system.token('alice'), { showId: warned, ...asking })
    expect([first.status, first.body.notes]).toEqual([201, ['orphan-left']])
    const strict = await system.newShow({ orphanRule: 'refuse' })
    const alice = await system.token('alice')
    const second = await system.post('/api/tickets/reserve', alice, { showId: strict, ...asking })
    expect([second.status, second.body.code, second.body.details.length]).toEqual([409, 'orphan-seat', 2])
    const instead = await system.post('/api/tickets/reserve', alice, { showId: strict, seats: second.body.details })
    expect([instead.status, instead.body.notes]).toEqual([201, []])
  })
})

describe('a hold', () => {
  it('is extended once', async () => {
    const showId = await system.newShow({ holdSeconds: 60 })
    const alice = await system.token('alice')
    const { body } = await system.post('/api/tickets/reserve', alice, { showId, seats: ['A-1', 'A-2'] })
    const { reservationId } = body
    const extended = await system.post('/api/tickets/extend', alice, { reservationId }, 'extend-1')
    expect([extended.status, Date.parse(extended.body.expiresAt) - Date.parse(body.expiresAt)]).toEqual([200, 60_000])
    const repeated = await system.post('/api/tickets/extend', alice, { reservationId }, 'extend-1')
    expect([repeated.status, repeated.body]).toEqual([200, extended.body])
    const again = await system.post('/api/tickets/extend', alice, { reservationId })
    expect([again.status, again.body.code]).toEqual([409, 'already-extended'])
    const other = await system.post('/api/tickets/extend', await system.token('mallory'), { reservationId })
    expect([other.status, other.body.code]).toEqual([404, 'reservation-not-found'])
  })

  it('is changed whole or not at all', async () => {
    const showId = await system.newShow()
    const [alice, bob] = await Promise.all([system.token('alice'), system.token('bob')])
    await system.post('/api/tickets/reserve', bob, { showId, seats: ['B-1', 'B-2'] })
    const { body } = await system.post('/api/tickets/reserve', alice, { showId, seats: ['A-1', 'A-2'] })
    const { reservationId, expiresAt } = body
    const refused = await system.post('/api/tickets/change', alice, { reservationId, seats: ['A-3', 'B-2'] })
    expect([refused.status, refused.body.code, refused.body.details]).toEqual([409, 'seat-taken', ['B-2']])
    const kept = await system.post('/api/tickets/reserve', bob, { showId, seats: ['A-1'] })
    expect([kept.status, kept.body.code]).toEqual([409, 'seat-taken'])
    const changed = await system.post('/api/tickets/change', alice, {
      reservationId,
      seats: ['A-2', 'A-3'],
      areas: [{ area: 'floor', quantity: 1 }],
    })
    expect([changed.status, seatsOf(changed.body), changed.body.expiresAt]).toEqual([200, ['A-2', 'A-3'], expiresAt])
    expect(changed.body.totalMinor).toBe(2 * 99_000 + 45_000)
    const freed = await system.post('/api/tickets/reserve', bob, { showId, seats: ['A-1'] })
    expect(freed.status).toBe(201)
    const read = await system.call('GET', `/api/tickets/status?reservationId=${reservationId}`, {
      token: alice,
      headers: { 'onsale-position': changed.body.position },
    })
    expect([read.body.totalMinor, seatsOf(read.body)]).toEqual([changed.body.totalMinor, ['A-2', 'A-3']])
  })
})

describe('the life of a show', () => {
  it('is published, paused, resumed, moved, made smaller and larger, put on another plan, cancelled', async () => {
    const showId = await system.newShow({ publish: false })
    const [organizer, alice, bob] = await Promise.all([
      system.token('organizer-1', 'organizer'),
      system.token('alice'),
      system.token('bob'),
    ])
    const tell = (what: string, body: object = {}) => system.post(`/api/shows/${showId}/${what}`, organizer, body)
    const reserve = (token: string, seats: string[]) => system.post('/api/tickets/reserve', token, { showId, seats })
    const codeOf = async (answer: ReturnType<typeof reserve>) => (await answer).body.code

    expect(await codeOf(reserve(alice, ['A-1']))).toBe('show-not-published')
    expect((await tell('publish')).status).toBe(200)
    expect((await tell('publish')).body.code).toBe('show-already-published')
    const held = await reserve(alice, ['A-1', 'A-2'])
    expect(held.status).toBe(201)

    expect((await tell('pause', { reason: 'technical' })).body.reason).toBe('technical')
    expect(await codeOf(reserve(bob, ['A-3']))).toBe('sales-paused')
    const till = await system.token('till-1', 'box-office')
    const { reservationId } = held.body
    expect((await system.post('/api/tickets/confirm', till, { reservationId })).status).toBe(200)
    expect((await tell('resume')).status).toBe(200)

    const withdrawn = await tell('withdraw', { seats: ['A-3'], areas: [{ area: 'floor', quantity: 40 }] })
    expect([withdrawn.status, withdrawn.body.capacity]).toEqual([200, 29])
    expect(await codeOf(reserve(bob, ['A-3']))).toBe('seat-withdrawn')
    expect((await tell('withdraw', { seats: ['A-1'] })).body.code).toBe('places-not-free')
    expect((await tell('add-places', { seats: ['A-3'] })).body.capacity).toBe(30)
    expect((await tell('add-places', { seats: ['A-3'] })).body.code).toBe('places-not-withdrawn')

    const store = async (plan: object) => (await system.post('/api/venues', organizer, plan)).body.planHash as string
    const [stalls] = hall.sections
    const rows = stalls?.rows ?? []
    const without = await store({ ...hall, name: 'Only row B', sections: [{ ...stalls, rows: rows.slice(1) }] })
    const lacking = await tell('change-plan', { planHash: without })
    expect([lacking.status, lacking.body.code, lacking.body.details]).toEqual([
      409,
      'plan-lacks-places',
      ['A-1', 'A-2'],
    ])
    const smaller = await store({ ...hall, name: 'Only row A', sections: [{ ...stalls, rows: rows.slice(0, 1) }] })
    expect([(await tell('change-plan', { planHash: smaller })).body.capacity]).toEqual([60])
    expect(await codeOf(reserve(bob, ['B-1']))).toBe('seat-not-found')

    const moved = await tell('reschedule', {
      salesFrom: new Date(Date.now() + 3_600_000).toISOString(),
      salesUntil: new Date(Date.now() + 7_200_000).toISOString(),
      startsAt: new Date(Date.now() + 9_000_000).toISOString(),
    })
    expect(moved.status).toBe(200)
    expect(await codeOf(reserve(bob, ['A-5']))).toBe('sales-not-open')

    const cancelled = await tell('cancel', { reason: 'artist-ill' })
    expect([cancelled.status, cancelled.body.reservations]).toEqual([200, 1])
    expect(await codeOf(reserve(bob, ['A-5']))).toBe('show-cancelled')
    const status = await untilCancelled(alice, reservationId)
    expect(status).toMatchObject({ status: 'cancelled' })
  })

  async function untilCancelled(token: string, reservationId: string) {
    for (;;) {
      const { body } = await system.call('GET', `/api/tickets/status?reservationId=${reservationId}`, { token })
      if (body.status === 'cancelled') return body
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
})

it('and the audit finds nothing, in the log or in the read models', async () => {
  const { violations } = await auditStack(system.stack.connection, { againstReadModel: true })
  expect(violations).toEqual([])
})
