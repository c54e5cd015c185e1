import { describe, expect, it } from '@jest/globals'
import {
  added,
  cancelled,
  changed,
  confirmed,
  expired,
  extended,
  held,
  newPlanHash,
  planChanged,
  planHash,
  released,
  scheduled,
  showCancelled,
  showId,
  stream,
  withdrawn,
} from '../testing/events.js'
import { rowsAfter } from '../testing/in-memory-rows.js'
import { showsProjection } from './projection.js'

const show = (...events: Parameters<typeof stream>) => rowsAfter(showsProjection, stream(...events)).shows?.[0]

describe('shows', () => {
  it('a scheduled show has its terms, the categories of its plan with their prices, and nothing taken', () => {
    expect(show(['ShowScheduled', scheduled])).toEqual({
      show_id: showId,
      plan_hash: planHash,
      venue: 'Small hall',
      title: 'A night',
      currency: 'EUR',
      categories: JSON.stringify([
        { id: 'A', name: 'Front', color: '#ff0000', places: 4 },
        { id: 'B', name: 'Floor', color: '#00ff00', places: 100 },
      ]),
      prices: '[{"category":"A","priceMinor":5000},{"category":"B","priceMinor":2500}]',
      per_customer_limit: 8,
      hold_ms: 300_000,
      sales_from: 1_000,
      sales_until: 9_000_000,
      starts_at: 9_000_000,
      scheduled_at: 500,
      orphan_rule: 'off',
      published_at: 500,
      paused_at: null,
      pause_reason: null,
      cancelled_at: null,
      cancel_reason: null,
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
    [
      'a hold changed',
      [
        ['SeatsHeld', held],
        ['SeatsChanged', changed],
      ],
      { held: 3, sold: 0 },
    ],
    [
      'a hold extended',
      [
        ['SeatsHeld', held],
        ['HoldExtended', extended],
      ],
      { held: 3, sold: 0 },
    ],
  ] as [string, Parameters<typeof stream>, object][])('%s is counted in places', (_, events, counts) => {
    expect(show(['ShowScheduled', scheduled], ...events)).toMatchObject(counts)
  })

  it.each([
    [
      'paused',
      [['SalesPaused', { showId, reason: 'fraud', pausedAt: 7 }]],
      { paused_at: 7, pause_reason: 'fraud', published_at: 500 },
    ],
    [
      'resumed',
      [
        ['SalesPaused', { showId, reason: 'fraud', pausedAt: 7 }],
        ['SalesResumed', { showId, resumedAt: 8 }],
      ],
      { paused_at: null, pause_reason: null },
    ],
    [
      'rescheduled',
      [['ShowRescheduled', { showId, salesFrom: 2, salesUntil: 3, startsAt: 4, rescheduledAt: 1 }]],
      { sales_from: 2, sales_until: 3, starts_at: 4 },
    ],
    ['smaller', [['PlacesWithdrawn', withdrawn]], { capacity: 72 }],
    [
      'larger again',
      [
        ['PlacesWithdrawn', withdrawn],
        ['PlacesAdded', added],
      ],
      { capacity: 78 },
    ],
    ['cancelled', [['ShowCancelled', showCancelled]], { cancelled_at: 95_000, cancel_reason: 'artist-ill' }],
  ] as [string, Parameters<typeof stream>, object][])('a show is %s', (_, events, expected) => {
    expect(show(['ShowScheduled', scheduled], ...events)).toMatchObject(expected)
  })

  it('a show that is not published is so from when it is', () => {
    const unpublished = { ...scheduled, published: false, orphanRule: 'refuse' }
    expect(show(['ShowScheduled', unpublished])).toMatchObject({ published_at: null, orphan_rule: 'refuse' })
    expect(show(['ShowScheduled', unpublished], ['ShowPublished', { showId, publishedAt: 9 }])).toMatchObject({
      published_at: 9,
    })
  })

  it('another plan brings its name, its categories and its places; prices and what is taken stay', () => {
    const before = show(['ShowScheduled', scheduled], ['SeatsHeld', held])
    expect(show(['ShowScheduled', scheduled], ['SeatsHeld', held], ['PlanChanged', planChanged])).toEqual({
      ...before,
      plan_hash: newPlanHash,
      venue: 'Small hall, rebuilt',
      capacity: 64,
      categories: JSON.stringify([
        { id: 'A', name: 'Front', color: '#ff0000', places: 4 },
        { id: 'B', name: 'Floor', color: '#00ff00', places: 50 },
        { id: 'C', name: 'Balcony', color: '#0000ff', places: 10 },
      ]),
    })
  })
})
