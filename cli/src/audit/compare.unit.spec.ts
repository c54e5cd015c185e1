import { beforeAll, describe, expect, it } from '@jest/globals'
import { compareCommands, compareReservations, compareSeats, compareShows } from './compare.js'
import type { PartitionAudit } from './partition-audit.js'
import { startOfSales } from './testing/journal-script.js'
import { littlePlan, longerPlan } from './testing/little-plans.js'
import { holdMs, LogScript } from './testing/log-script.js'
import { recounted } from './testing/recount.js'

const script = new LogScript(0)
script
  .claim('one')
  .schedule()
  .hold('a', 'alice', ['A-1'], 2, {}, { 'command-id': 'key-a' })
  .hold('b', 'bob', ['A-2'])
  .confirm('a', 'alice', ['A-1'], 2)
  .reject('seat-taken', { 'command-id': 'key-r' })
const show_id = script.showId

const showRow = {
  show_id,
  plan_hash: littlePlan.planHash,
  sales_from: startOfSales,
  sales_until: startOfSales + 3_600_000,
  published_at: startOfSales,
  paused_at: null,
  cancelled_at: null,
  capacity: 7,
  held: 1,
  sold: 3,
}
const seat = (seat_id: string, status = 'free', reservation_id: string | null = null) => ({
  show_id,
  seat_id,
  status,
  reservation_id,
})
const seatRows = [
  seat('A-1', 'sold', script.reservation('a')),
  seat('A-2', 'held', script.reservation('b')),
  seat('A-3'),
  seat('A-4'),
]
const areaRow = { show_id, area_id: 'floor', capacity: 3, held: 0, sold: 2 }
const reservationRows = [
  {
    reservation_id: script.reservation('a'),
    show_id,
    customer_id: 'alice',
    status: 'confirmed',
    seats: '[{"seat":"A-1"}]',
    areas: '[{"area":"floor","quantity":2}]',
    currency: 'EUR',
    total_minor: 2000,
    expires_at: startOfSales + holdMs,
  },
  {
    reservation_id: script.reservation('b'),
    show_id,
    customer_id: 'bob',
    status: 'held',
    seats: '[{"seat":"A-2"}]',
    areas: '[]',
    currency: 'EUR',
    total_minor: 1000,
    expires_at: startOfSales + holdMs,
  },
]

describe('a read model against the recount', () => {
  let audit: PartitionAudit
  beforeAll(async () => {
    audit = await recounted(script)
  })

  it('is equal where every row is what the log says', () => {
    expect(compareShows(audit.shows, [showRow])).toEqual([])
    expect(compareSeats(audit.shows, seatRows, [areaRow])).toEqual([])
    expect(compareReservations(audit.shows, reservationRows)).toEqual([])
  })

  it('names a count that is off', () => {
    expect(compareShows(audit.shows, [{ ...showRow, sold: 4 }])).toEqual([
      {
        show: show_id,
        detail: expect.stringMatching(
          /the read model says capacity 7, 1 held, 4 sold.* the log says capacity 7, 1 held, 3 sold/,
        ),
      },
    ])
  })

  it.each([
    ['unpublished', { published_at: null }],
    ['paused', { paused_at: 1 }],
    ['cancelled', { cancelled_at: 1 }],
    ['on another plan', { plan_hash: longerPlan.planHash }],
    ['on sale for longer', { sales_until: startOfSales + 3_600_001 }],
  ])('names a show that is %s and should not be', (_, lie) => {
    expect(compareShows(audit.shows, [{ ...showRow, ...lie }])).toHaveLength(1)
  })

  it.each([
    ['a seat of the wrong owner', [seat('A-1', 'sold', 'another'), ...seatRows.slice(1)], [areaRow], 'sold by another'],
    ['a seat that is free and should not be', [seat('A-1'), ...seatRows.slice(1)], [areaRow], 'says free'],
    ['a seat that is missing', seatRows.slice(0, 3), [areaRow], 'A-4 is missing'],
    ['a seat too many', [...seatRows, seat('A-5')], [areaRow], 'A-5 is in the read model and not in the log'],
    ['an area that is off', seatRows, [{ ...areaRow, held: 1 }], 'says 1 held, 2 sold'],
  ])('names %s', (_, rows, areas, detail) => {
    const differences = compareSeats(audit.shows, rows, areas)
    expect(differences).toEqual([{ show: show_id, detail: expect.stringContaining(detail) }])
  })

  it('knows what was withdrawn, added and moved to another plan', async () => {
    const moved = new LogScript(0)
    moved
      .claim('one')
      .schedule()
      .show('PlacesWithdrawn', { seats: ['A-2'], areas: [], capacity: 6 })
      .show('PlanChanged', { previousPlanHash: littlePlan.planHash, planHash: longerPlan.planHash, capacity: 5 })
      .show('PlacesAdded', { seats: [], areas: [{ area: 'floor', quantity: 2 }], capacity: 7 })
    const { shows } = await recounted(moved)
    const rows = [seat('A-1'), seat('A-2', 'withdrawn'), seat('A-3'), seat('A-4'), seat('A-5')]
    const floor = { ...areaRow, sold: 0 }
    expect(compareShows(shows, [{ ...showRow, plan_hash: longerPlan.planHash, held: 0, sold: 0 }])).toEqual([])
    expect(compareSeats(shows, rows, [floor])).toEqual([])
    const wrong = compareSeats(shows, rows.with(1, seat('A-2')).slice(0, 4), [{ ...floor, capacity: 1 }])
    expect(wrong.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('A-2: the read model says free, the log says withdrawn'),
      expect.stringContaining('A-5 is missing'),
      expect.stringContaining('says 0 held, 0 sold of 1, the log says 0 held, 0 sold of 3'),
    ])
  })

  it.each([
    ['status', { status: 'held' }],
    ['customer', { customer_id: 'mallory' }],
    ['places', { seats: '[{"seat":"A-3"}]' }],
    ['total', { total_minor: 1 }],
    ['end of the hold', { expires_at: 1 }],
  ])('names a reservation with another %s', (_, lie) => {
    const [first, second] = reservationRows
    expect(compareReservations(audit.shows, [{ ...first!, ...lie }, second!])).toHaveLength(1)
  })

  it('compares the answers that stand, the rejected ones too', () => {
    const rows = [...audit.answers.standing()].map(([command_id, { accepted, offset }]) => ({
      command_id,
      outcome: accepted ? 'accepted' : 'rejected',
      partition_no: 0,
      answer_offset: offset,
    }))
    expect(rows.find(({ command_id }) => command_id === 'key-a')).toMatchObject({
      outcome: 'accepted',
      answer_offset: 2,
    })
    expect(rows.find(({ command_id }) => command_id === 'key-r')).toMatchObject({
      outcome: 'rejected',
      answer_offset: 5,
    })
    expect(compareCommands(audit.answers, rows)).toEqual([])
    expect(compareCommands(audit.answers, rows.slice(1))).toHaveLength(1)
  })
})
