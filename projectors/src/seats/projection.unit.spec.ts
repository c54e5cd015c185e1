import { describe, expect, it } from '@jest/globals'
import { cancelled, confirmed, expired, held, reservationId, scheduled, showId, stream } from '../testing/events.js'
import { rowsAfter } from '../testing/in-memory-rows.js'
import { seatsProjection } from './projection.js'

type Events = Parameters<typeof stream>
const after = (...events: Events) => {
  const { seats_v1: seats, areas_v1: areas } = rowsAfter(
    seatsProjection,
    stream(['ShowScheduled', scheduled], ...events),
  )
  const seat = seats?.find(({ seat_id }) => seat_id === 'S-1-1')
  return { seat: [seat?.status, seat?.reservation_id], floor: [areas?.[0]?.held, areas?.[0]?.sold] }
}

describe('seats', () => {
  it('a scheduled show has every seat in the order of the plan, every area, and its map', () => {
    const rows = rowsAfter(seatsProjection, stream(['ShowScheduled', scheduled]))
    expect(rows.seats_v1?.map(({ ordinal, seat_id }) => [ordinal, seat_id])).toEqual([
      [0, 'S-1-1'],
      [1, 'S-1-2'],
      [2, 'S-2-1'],
      [3, 'S-2-2'],
    ])
    expect(rows.seats_v1?.[2]).toEqual({
      show_id: showId,
      seat_id: 'S-2-1',
      ordinal: 2,
      section: 'Stalls',
      row_name: '2',
      number: '1',
      category: 'A',
      x: 1,
      y: 2,
      status: 'free',
      reservation_id: null,
    })
    expect(rows.areas_v1).toEqual([
      { show_id: showId, area_id: 'F', ordinal: 0, name: 'Floor', category: 'B', capacity: 100, held: 0, sold: 0 },
    ])
    expect(rows.seat_maps_v1?.[0]).toMatchObject({
      seats: 4,
      sections:
        '[{"id":"S","name":"Stalls","rows":[{"id":"S-1","name":"1","seats":2},{"id":"S-2","name":"2","seats":2}]}]',
    })
  })

  it.each([
    ['held', [['SeatsHeld', held]], { seat: ['held', reservationId], floor: [2, 0] }],
    [
      'free again',
      [
        ['SeatsHeld', held],
        ['HoldExpired', expired],
      ],
      { seat: ['free', null], floor: [0, 0] },
    ],
    [
      'sold',
      [
        ['SeatsHeld', held],
        ['ReservationConfirmed', confirmed],
      ],
      { seat: ['sold', reservationId], floor: [0, 2] },
    ],
    [
      'free after a sale was cancelled',
      [
        ['SeatsHeld', held],
        ['ReservationConfirmed', confirmed],
        ['ReservationCancelled', cancelled],
      ],
      { seat: ['free', null], floor: [0, 0] },
    ],
    [
      'free after a hold was cancelled',
      [
        ['SeatsHeld', held],
        ['ReservationCancelled', { ...cancelled, wasConfirmed: false }],
      ],
      { seat: ['free', null], floor: [0, 0] },
    ],
  ] as [string, Events, object][])('places are %s', (_, events, expected) => {
    expect(after(...events)).toEqual(expected)
  })

  it('a seat of an unscheduled show is an error, not a new row', () => {
    expect(() => rowsAfter(seatsProjection, stream(['SeatsHeld', held]))).toThrow('no row')
  })
})
