import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { closes, euro, opens, reservationId, scheduled, showId } from '../testing/fixtures.js'
import { roundHall, stadium } from '../venue/halls.js'
import type { Plan } from '../venue/plan.js'
import { indexPlan } from '../venue/plan-index.js'
import { decide, dueDeadlines } from './decide.js'
import type { SeatsHeld, ShowEvent } from './events.js'
import { evolve } from './evolve.js'
import type { ShowState } from './state.js'

function open(plan: Plan): ShowState {
  const index = indexPlan(plan)
  const prices = index.categoryIds.map((category) => ({ category, priceMinor: euro.front }))
  const show = scheduled({ prices, perCustomerLimit: 8 })
  if (show.type !== 'ShowScheduled') throw new Error('not scheduled')
  return evolve(null, { type: 'ShowScheduled', data: { ...show.data, capacity: index.capacity } }, index)
}

function hold(state: ShowState, n: number, quantity: number, now: number, together = 'required') {
  const bestAvailable = { category: null, quantity, together, accessible: false }
  const data = { showId, reservationId: reservationId(n), customerId: `c${n}`, seats: [], areas: [] }
  const decision = decide(state, { type: 'HoldSeats', data: { ...data, bestAvailable, admission: null } }, now, null)
  if (!decision.ok) return decision.rejection
  evolve(state, decision.events[0] as ShowEvent, null)
  return decision.events[0]!.data as SeatsHeld
}

/** Free ordinary seats side by side, counted from the plan and the owners alone. */
function freeRuns({ plan, seatOwner }: ShowState): number[] {
  const runs: number[] = []
  for (const { seats } of plan.plan.sections.flatMap((section) => section.rows)) {
    const free = seats.map(({ id, accessible }) => !accessible && seatOwner[plan.seats.get(id)!] === -1)
    runs.push(
      ...free
        .map((is) => (is ? 'x' : ' '))
        .join('')
        .split(/ +/)
        .map((run) => run.length),
    )
  }
  return runs.filter((length) => length > 0)
}

test('160 bookers of pairs in 8,000 seats: none is refused while two free seats are side by side', () => {
  const state = open(stadium({ seats: 8000, sections: 60 }))
  const random = fc.sample(fc.nat(), { numRuns: 20_000, seed: 1 })
  let n = 0
  let refused = 0
  // Each booker books again and again; one hold in five runs out, its pair comes back and holes with it.
  for (let round = 0; refused < 160; round++) {
    for (let booker = 0; booker < 160 && refused < 160; booker++) {
      const now = opens + n
      const answer = hold(state, n, 2, now)
      if ('reason' in answer) {
        expect(freeRuns(state).filter((length) => length > 1)).toEqual([])
        refused++
      } else if (random[n % random.length]! % 5 === 0 && round < 40) {
        const [seat] = answer.seats
        expect(seat).toBeDefined()
        const { customerId } = answer
        const release = { type: 'ReleaseHold' as const, data: { showId, reservationId: reservationId(n), customerId } }
        const decision = decide(state, release, now, null)
        if (decision.ok) evolve(state, decision.events[0]!, null)
      }
      n++
    }
  }
  // Rows of an odd number keep one seat each, and no more than that.
  const odd = state.plan.plan.sections
    .flatMap((section) => section.rows)
    .filter(({ seats }) => {
      return seats.filter(({ accessible }) => !accessible).length % 2 > 0
    }).length
  expect(freeRuns(state)).toEqual(new Array(odd).fill(1))
})

test('a hall sold out to parties of one to six: no party split while a row could hold it, no avoidable orphan, all sold', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 300, maxLength: 300 }), (parties) => {
      const state = open(roundHall({ seats: 738 }))
      let held = 0
      for (let n = 0; held < 738; n++) {
        const longest = Math.max(...freeRuns(state))
        const party = Math.min(parties[n % parties.length]!, 738 - held)
        const answer = hold(state, n, party, opens, 'preferred')
        if ('reason' in answer) throw new Error(answer.reason)
        expect(answer.notes.includes('split')).toBe(longest < party)
        held += answer.seats.length
      }
      expect(freeRuns(state)).toEqual([])
    }),
    { numRuns: 5 },
  )
})

test('a cancelled stadium is wound down in chunks', () => {
  const state = open(stadium({ seats: 8000, sections: 60 }))
  for (let n = 0; n < 2000; n++) hold(state, n, 3, opens, 'preferred')
  const cancel = decide(state, { type: 'CancelShow', data: { showId, reason: 'storm' } }, closes, null)
  if (cancel.ok) evolve(state, cancel.events[0]!, null)
  let chunks = 0
  for (let due = dueDeadlines(state, closes, 500); due.length > 0; due = dueDeadlines(state, closes, 500)) {
    expect(due.length).toBeLessThanOrEqual(500)
    for (const event of due) evolve(state, event, null)
    chunks++
  }
  expect([chunks, state.reservations.size, state.held]).toEqual([4, 0, 0])
})
