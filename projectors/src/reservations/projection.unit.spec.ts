import { describe, expect, it } from '@jest/globals'
import {
  cancelled,
  changed,
  confirmed,
  expired,
  extended,
  held,
  released,
  reservationId,
  showId,
  stream,
} from '../testing/events.js'
import { rowsAfter } from '../testing/in-memory-rows.js'
import { reservationsProjection } from './projection.js'

const after = (...events: Parameters<typeof stream>) =>
  rowsAfter(reservationsProjection, stream(['SeatsHeld', held], ...events)).reservations?.[0]

describe('reservations', () => {
  it('a hold is a reservation with its places, prices and end', () => {
    expect(after()).toEqual({
      reservation_id: reservationId,
      show_id: showId,
      customer_id: 'customer-1',
      status: 'held',
      seats: '[{"seat":"S-1-1","category":"A","priceMinor":5000}]',
      areas: '[{"area":"F","quantity":2,"category":"B","priceMinor":2500}]',
      currency: 'EUR',
      total_minor: 10_000,
      held_at: 61_000,
      expires_at: 361_000,
      confirmed_at: null,
      confirmed_by: null,
      ended_at: null,
      end_reason: null,
      notes: '[]',
      extended_at: null,
    })
  })

  it.each([
    [[['HoldReleased', released]], { status: 'released', ended_at: 62_000 }],
    [[['HoldExpired', expired]], { status: 'expired', ended_at: 361_000 }],
    [[['ReservationConfirmed', confirmed]], { status: 'confirmed', confirmed_at: 63_000, confirmed_by: 'box-office' }],
    [
      [
        ['ReservationConfirmed', confirmed],
        ['ReservationCancelled', cancelled],
      ],
      { status: 'cancelled', confirmed_at: 63_000, ended_at: 125_000, end_reason: 'customer' },
    ],
    [[['HoldExtended', extended]], { status: 'held', expires_at: 661_000, extended_at: 300_000 }],
    [
      [['SeatsChanged', changed]],
      {
        status: 'held',
        seats: '[{"seat":"S-1-1","category":"A","priceMinor":5000},{"seat":"S-1-2","category":"A","priceMinor":5000}]',
        areas: '[{"area":"F","quantity":1,"category":"B","priceMinor":2500}]',
        total_minor: 12_500,
        expires_at: 361_000,
        notes: '["orphan-left"]',
      },
    ],
  ] as [Parameters<typeof stream>, object][])('%j', (events, expected) => {
    expect(after(...events)).toMatchObject(expected)
  })

  it('says what the customer should know of the choice', () => {
    const noted = stream(['SeatsHeld', { ...held, notes: ['split', 'orphan-left'] }])
    expect(rowsAfter(reservationsProjection, noted).reservations).toMatchObject([{ notes: '["split","orphan-left"]' }])
  })
})
