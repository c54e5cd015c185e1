import { describe, expect, it } from '@jest/globals'
import {
  cancelled,
  confirmed,
  expired,
  held,
  planHash,
  released,
  scheduled,
  showId,
  stream,
} from '../testing/events.js'
import { rowsAfter } from '../testing/in-memory-rows.js'
import { showsProjection } from './projection.js'

const show = (...events: Parameters<typeof stream>) => rowsAfter(showsProjection, stream(...events)).shows_v1?.[0]

describe('shows', () => {
  it('a scheduled show has its terms, the categories of its plan with their prices, and nothing taken', () => {
    expect(show(['ShowScheduled', scheduled])).toEqual({
      show_id: showId,
      plan_hash: planHash,
      venue: 'Small hall',
      title: 'A night',
      currency: 'EUR',
      categories: JSON.stringify([
        { id: 'A', name: 'Front', color: '#ff0000', priceMinor: 5_000, places: 4 },
        { id: 'B', name: 'Floor', color: '#00ff00', priceMinor: 2_500, places: 100 },
      ]),
      per_customer_limit: 8,
      hold_ms: 300_000,
      sales_from: 1_000,
      sales_until: 9_000_000,
      starts_at: 9_000_000,
      scheduled_at: 500,
      capacity: 104,
      held: 0,
      sold: 0,
    })
  })

  it.each([
    ['a hold', [['SeatsHeld', held]], { held: 3, sold: 0 }],
    [
      'a hold let go',
      [
        ['SeatsHeld', held],
        ['HoldReleased', released],
      ],
      { held: 0, sold: 0 },
    ],
    [
      'a hold that ran out',
      [
        ['SeatsHeld', held],
        ['HoldExpired', expired],
      ],
      { held: 0, sold: 0 },
    ],
    [
      'a sale',
      [
        ['SeatsHeld', held],
        ['ReservationConfirmed', confirmed],
      ],
      { held: 0, sold: 3 },
    ],
    [
      'a sale cancelled',
      [
        ['SeatsHeld', held],
        ['ReservationConfirmed', confirmed],
        ['ReservationCancelled', cancelled],
      ],
      { held: 0, sold: 0 },
    ],
    [
      'a hold cancelled',
      [
        ['SeatsHeld', held],
        ['ReservationCancelled', { ...cancelled, wasConfirmed: false }],
      ],
      { held: 0, sold: 0 },
    ],
  ] as [string, Parameters<typeof stream>, object][])('%s is counted in places', (_, events, counts) => {
    expect(show(['ShowScheduled', scheduled], ...events)).toMatchObject(counts)
  })
})
