import { describe, expect, it } from '@jest/globals'
import { cancelled, changed, confirmed, expired, held, released, showId, stream } from '../testing/events.js'
import { rowsAfter } from '../testing/in-memory-rows.js'
import { salesPerMinuteProjection } from './projection.js'

describe('sales per minute', () => {
  it('counts places and money by the minute in which they were decided', () => {
    const rows = rowsAfter(
      salesPerMinuteProjection,
      stream(
        ['SeatsHeld', held],
        ['HoldReleased', released],
        ['SeatsHeld', held],
        ['ReservationConfirmed', confirmed],
        ['ReservationCancelled', cancelled],
        ['SeatsHeld', { ...held, heldAt: 125_001 }],
        ['ReservationCancelled', { ...cancelled, wasConfirmed: false }],
        ['HoldExpired', expired],
      ),
    )
    expect(rows.sales_per_minute).toEqual([
      {
        show_id: showId,
        minute: 60_000,
        held_places: 6,
        let_go_places: 3,
        sold_places: 3,
        sold_minor: 10_000,
        cancelled_places: 0,
      },
      {
        show_id: showId,
        minute: 120_000,
        held_places: 3,
        let_go_places: 3,
        sold_places: 0,
        sold_minor: 0,
        cancelled_places: 3,
      },
      {
        show_id: showId,
        minute: 360_000,
        held_places: 0,
        let_go_places: 3,
        sold_places: 0,
        sold_minor: 0,
        cancelled_places: 0,
      },
    ])
  })

  it('a change lets go of all and holds all anew', () => {
    expect(rowsAfter(salesPerMinuteProjection, stream(['SeatsChanged', changed])).sales_per_minute).toMatchObject([
      { minute: 120_000, held_places: 3, let_go_places: 3 },
    ])
  })
})
