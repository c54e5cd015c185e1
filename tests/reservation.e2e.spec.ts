import { beforeAll, describe, expect, it } from '@jest/globals'
import { System } from './system.js'

describe('a reservation, from hold to refund', () => {
  let system: System
  let showId: string
  let alice: string
  let boxOffice: string

  beforeAll(async () => {
    system = await System.open()
    showId = await system.newShow()
    alice = await system.token('alice')
    boxOffice = await system.token('till-1', 'box-office')
  })

  const statusOf = (reservationId: string, position: unknown, token = alice) =>
    system.call('GET', `/api/tickets/status?reservationId=${reservationId}`, {
      token,
      headers: { 'onsale-position': String(position) },
    })

  it('is held, seen, sold, seen, cancelled, seen; and its seats are free again', async () => {
    const held = await system.post('/api/tickets/reserve', alice, {
      showId,
      seats: ['A-1', 'A-2'],
      areas: [{ area: 'floor', quantity: 1 }],
    })
    expect(held).toMatchObject({
      status: 201,
      body: {
        showId,
        status: 'held',
        seats: [
          { seat: 'A-1', category: 'best', priceMinor: 99_000 },
          { seat: 'A-2', category: 'best', priceMinor: 99_000 },
        ],
        areas: [{ area: 'floor', quantity: 1, category: 'floor', priceMinor: 45_000 }],
        currency: 'KRW',
        totalMinor: 243_000,
      },
    })
    const { reservationId } = held.body
    expect(held.headers.location).toBe(`/api/tickets/status?reservationId=${reservationId}`)
    expect(held.headers['onsale-position']).toBe(held.body.position)
    const seen = await statusOf(reservationId, held.body.position)
    expect(seen).toMatchObject({
      status: 200,
      body: {
        reservationId,
        status: 'held',
        seats: [
          { seat: 'A-1', section: 'Stalls', row: 'A', number: '1', priceMinor: 99_000 },
          { seat: 'A-2', section: 'Stalls', row: 'A', number: '2', priceMinor: 99_000 },
        ],
        totalMinor: 243_000,
      },
    })

    const sold = await system.post('/api/tickets/confirm', boxOffice, { reservationId })
    expect(sold).toMatchObject({ status: 200, body: { reservationId, status: 'confirmed' } })
    expect((await statusOf(reservationId, sold.body.position)).body).toMatchObject({
      status: 'confirmed',
      confirmedBy: 'box-office',
    })
    expect((await system.post('/api/tickets/confirm', boxOffice, { reservationId })).body.code).toBe(
      'already-confirmed',
    )

    const cancelled = await system.post('/api/tickets/cancel', alice, { reservationId })
    expect(cancelled).toMatchObject({ status: 200, body: { reservationId, status: 'cancelled' } })
    expect((await statusOf(reservationId, cancelled.body.position)).body.status).toBe('cancelled')
    const again = await system.post('/api/tickets/reserve', await system.token('bob'), { showId, seats: ['A-1'] })
    expect(again.status).toBe(201)
  })

  it('is let go by its customer', async () => {
    const held = await system.post('/api/tickets/reserve', alice, { showId, seats: ['A-3'] })
    const { reservationId } = held.body
    const released = await system.post('/api/tickets/release', alice, { reservationId })
    expect(released).toMatchObject({ status: 200, body: { status: 'released' } })
    expect((await statusOf(reservationId, released.body.position)).body.status).toBe('released')
    expect((await system.post('/api/tickets/confirm', boxOffice, { reservationId })).body.code).toBe('already-released')
  })

  it('shows its own writes at once, and its seats in the map', async () => {
    for (let n = 1; n <= 8; n += 1) {
      const customer = await system.token(`quick-${n}`)
      const held = await system.post('/api/tickets/reserve', customer, { showId, seats: [`B-${n}`] })
      const seen = await statusOf(held.body.reservationId, held.body.position, customer)
      expect(seen).toMatchObject({ status: 200, body: { status: 'held', seats: [{ seat: `B-${n}` }] } })
      const show = await system.call('GET', `/api/shows/${showId}?position=${held.body.position}`)
      expect(show.body.held + show.body.sold).toBeGreaterThanOrEqual(n)
    }
  })

  it('ends by itself when its time is over, and its seats come back', async () => {
    const short = await system.newShow({ holdSeconds: 1 })
    const held = await system.post('/api/tickets/reserve', alice, { showId: short, seats: ['A-1'] })
    const { reservationId } = held.body
    const bob = await system.token('bob')
    let taken = await system.post('/api/tickets/reserve', bob, { showId: short, seats: ['A-1'] })
    expect(taken.body.code).toBe('seat-taken')
    while (taken.status === 409)
      taken = await system.post('/api/tickets/reserve', bob, { showId: short, seats: ['A-1'] })
    expect(taken.status).toBe(201)
    expect(Date.parse(taken.body.heldAt)).toBeGreaterThanOrEqual(Date.parse(held.body.expiresAt))
    const confirmed = await system.post('/api/tickets/confirm', boxOffice, { reservationId })
    expect(confirmed).toMatchObject({ status: 409, body: { code: 'hold-expired' } })
    expect((await statusOf(reservationId, taken.body.position)).body.status).toBe('expired')
  })
})
