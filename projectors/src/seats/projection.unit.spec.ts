import { describe, expect, it } from '@jest/globals'
import {
  added,
  cancelled,
  changed,
  confirmed,
  expired,
  held,
  newPlanHash,
  planChanged,
  reservationId,
  scheduled,
  showId,
  stream,
  withdrawn,
} from '../testing/events.js'
import { rowsAfter } from '../testing/in-memory-rows.js'
import { seatsProjection } from './projection.js'

type Events = Parameters<typeof stream>
const after = (...events: Events) => {
  const { seats, areas } = rowsAfter(seatsProjection, stream(['ShowScheduled', scheduled], ...events))
  const seat = seats?.find(({ seat_id }) => seat_id === 'S-1-1')
  return { seat: [seat?.status, seat?.reservation_id], floor: [areas?.[0]?.held, areas?.[0]?.sold] }
}

const statuses = (rows: ReturnType<typeof rowsAfter>) =>
  Object.fromEntries((rows.seats ?? []).map(({ seat_id, status }) => [seat_id, status]))

describe('seats', () => {
  it('a scheduled show has every seat in the order of the plan, every area, and its map', () => {
    const rows = rowsAfter(seatsProjection, stream(['ShowScheduled', scheduled]))
    expect(rows.seats?.map(({ ordinal, seat_id }) => [ordinal, seat_id])).toEqual([
      [0, 'S-1-1'],
      [1, 'S-1-2'],
      [2, 'S-2-1'],
      [3, 'S-2-2'],
    ])
    expect(rows.seats?.[2]).toEqual({
      show_id: showId,
      seat_id: 'S-2-1',
      ordinal: 2,
      section: 'Stalls',
      row_name: '2',
      number: '1',
      category: 'A',
      x: 1,
      y: 2,
      accessible_use: null,
      status: 'free',
      reservation_id: null,
    })
    expect(rows.areas).toEqual([
      { show_id: showId, area_id: 'F', ordinal: 0, name: 'Floor', category: 'B', capacity: 100, held: 0, sold: 0 },
    ])
    expect(rows.seat_maps?.[0]).toMatchObject({
      seats: 4,
      published: 1,
      prices: '[{"category":"A","priceMinor":5000},{"category":"B","priceMinor":2500}]',
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

  it('seats that are changed are let go and held in one', () => {
    const rows = rowsAfter(
      seatsProjection,
      stream(['ShowScheduled', scheduled], ['SeatsHeld', held], ['SeatsChanged', changed]),
    )
    expect(statuses(rows)).toEqual({ 'S-1-1': 'held', 'S-1-2': 'held', 'S-2-1': 'free', 'S-2-2': 'free' })
    expect(rows.areas).toMatchObject([{ held: 1, sold: 0 }])
    const { 'S-1-1': first } = statuses(
      rowsAfter(
        seatsProjection,
        stream(
          ['ShowScheduled', scheduled],
          ['SeatsHeld', held],
          ['SeatsChanged', { ...changed, seats: changed.seats.slice(1) }],
        ),
      ),
    )
    expect(first).toBe('free')
  })

  it('withdrawn places are not for sale, added ones are again', () => {
    const begin = ['ShowScheduled', scheduled] as const
    const less = rowsAfter(seatsProjection, stream([...begin], ['PlacesWithdrawn', withdrawn]))
    expect(statuses(less)).toMatchObject({ 'S-1-2': 'free', 'S-2-1': 'withdrawn', 'S-2-2': 'withdrawn' })
    expect(less.areas).toMatchObject([{ capacity: 70 }])
    const more = rowsAfter(seatsProjection, stream([...begin], ['PlacesWithdrawn', withdrawn], ['PlacesAdded', added]))
    expect(statuses(more)).toMatchObject({ 'S-2-1': 'withdrawn', 'S-2-2': 'free' })
    expect(more.areas).toMatchObject([{ capacity: 75 }])
  })

  it('a show is seen once it is published', () => {
    const unpublished = { ...scheduled, published: false }
    expect(rowsAfter(seatsProjection, stream(['ShowScheduled', unpublished])).seat_maps).toMatchObject([
      { published: 0 },
    ])
    expect(
      rowsAfter(seatsProjection, stream(['ShowScheduled', unpublished], ['ShowPublished', { showId, publishedAt: 1 }]))
        .seat_maps,
    ).toMatchObject([{ published: 1 }])
  })

  it('another plan: what both have stays what it is, what is new is free, the rest is gone', () => {
    const rows = rowsAfter(
      seatsProjection,
      stream(
        ['ShowScheduled', scheduled],
        ['SeatsHeld', held],
        ['PlacesWithdrawn', { ...withdrawn, seats: ['S-1-2'] }],
        ['PlanChanged', planChanged],
      ),
    )
    const seats = [...(rows.seats ?? [])].sort((a, b) => (a.ordinal as number) - (b.ordinal as number))
    expect(
      seats.map((it) => [it.seat_id, it.ordinal, it.section, it.accessible_use, it.status, it.reservation_id]),
    ).toEqual([
      ['S-0-1', 0, 'Parterre', 'wheelchair', 'free', null],
      ['S-0-2', 1, 'Parterre', 'companion', 'free', null],
      ['S-1-1', 2, 'Parterre', null, 'held', reservationId],
      ['S-1-2', 3, 'Parterre', null, 'withdrawn', null],
    ])
    expect(rows.areas).toEqual([
      {
        show_id: showId,
        area_id: 'F',
        ordinal: 1,
        name: 'Floor, front',
        category: 'B',
        capacity: 50,
        held: 2,
        sold: 0,
      },
      { show_id: showId, area_id: 'Y', ordinal: 0, name: 'Balcony', category: 'C', capacity: 10, held: 0, sold: 0 },
    ])
    expect(rows.seat_maps).toMatchObject([{ plan_hash: newPlanHash, seats: 4, published: 1 }])
    expect(JSON.parse(rows.seat_maps?.[0]?.sections as string)[0].rows).toHaveLength(2)
    expect(JSON.parse(rows.seat_maps?.[0]?.categories as string)).toHaveLength(3)
    const back = { ...planChanged, previousPlanHash: newPlanHash, planHash: scheduled.planHash }
    const twice = rowsAfter(
      seatsProjection,
      stream(['ShowScheduled', scheduled], ['PlanChanged', planChanged], ['PlanChanged', back]),
    )
    expect(statuses(twice)).toEqual({ 'S-1-1': 'free', 'S-1-2': 'free', 'S-2-1': 'free', 'S-2-2': 'free' })
    expect(twice.areas).toMatchObject([{ area_id: 'F', capacity: 100 }])
  })
})
