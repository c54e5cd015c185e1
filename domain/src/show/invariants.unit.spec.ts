import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { pause, showCommand } from '../testing/arbitrary.js'
import { provenByText } from '../testing/desk.js'
import { euro, opens, planNamedBy, plansByHash, scheduled, smallPlan, won } from '../testing/fixtures.js'
import { fold } from '../testing/given.js'
import { Ledger } from '../testing/ledger.js'
import { orphanRules, type ShowCommand } from './commands.js'
import { decide, dueDeadlines } from './decide.js'
import { describeShow } from './describe.js'
import type { ShowEvent } from './events.js'
import { evolve } from './evolve.js'
import type { Decision } from './rejections.js'
import { areaPlacesLeft, freePlaces, placesOf, type ShowState } from './state.js'

/** `tick`: whether deadlines are decided before the command; a tick may be late. */
const steps = fc.array(fc.record({ command: showCommand(), pause: pause(5), tick: fc.boolean() }), {
  maxLength: 60,
  size: 'max',
})
const shows = fc.record({
  limit: fc.integer({ min: 1, max: 6 }),
  money: fc.constantFrom(euro, won),
  orphanRule: fc.constantFrom(...orphanRules),
  published: fc.nat(5).map((n) => n > 0),
  steps,
})
type Show = typeof shows extends fc.Arbitrary<infer S> ? S : never

interface Seen {
  state: ShowState
  ledger: Ledger
  command: ShowCommand
  now: number
  decision: Decision<ShowEvent>
}

/** Runs the steps, holding every event against the ledger. `look` sees each decision before it is applied. */
function play(run: Show, look: (seen: Seen) => void = () => {}) {
  const ledger = new Ledger(smallPlan, plansByHash)
  const events: ShowEvent[] = []
  let state: ShowState | null = null
  const happen = (event: ShowEvent) => {
    ledger.add(event)
    events.push(event)
    state = evolve(state, event, planNamedBy(event))
  }
  const { limit: perCustomerLimit, orphanRule, published } = run
  happen(scheduled({ perCustomerLimit, orphanRule, published, salesUntil: Number.MAX_SAFE_INTEGER }, run.money))
  let now = opens
  for (const { command, pause, tick } of run.steps) {
    now += pause
    if (tick) for (const event of dueDeadlines(state!, now, 100)) happen(event)
    const asked = JSON.stringify(command)
    const decision = decide(state, command, now, planNamedBy(command), provenByText)
    expect(JSON.stringify(command)).toBe(asked)
    look({ state: state!, ledger, command, now, decision })
    if (decision.ok) decision.events.forEach(happen)
  }
  return { state: state as unknown as ShowState, ledger, events, now }
}

describe('whatever is asked of a show', () => {
  test('holds + sold ≤ capacity, one owner a seat, the customer’s limit, no early expiry, no expired sale, at every prefix', () => {
    fc.assert(
      fc.property(shows, (run) => void play(run)),
      { numRuns: 500 },
    )
  })

  test('the state counts what its events say', () => {
    fc.assert(
      fc.property(shows, (run) => {
        const { state, ledger } = play(run)
        expect(state.held).toBe(ledger.places({ confirmed: false }))
        expect(state.sold).toBe(ledger.places({ confirmed: true }))
        const { plan } = state
        expect(state.terms.capacity).toBe(ledger.capacity)
        expect(freePlaces(state)).toBe(ledger.capacity - ledger.places())
        for (const customerId of ['ann', 'bob', 'cat'])
          expect(placesOf(state, customerId)).toBe(ledger.places({ customerId }))
        plan.areaIds.forEach((area, at) => {
          expect(areaPlacesLeft(state, at)).toBe(ledger.capacityOf(area) - ledger.taken(area).quantity)
          expect(state.areaHeld[at]! + state.areaSold[at]!).toBe(ledger.taken(area).quantity)
          expect(state.areaSold[at]).toBe(ledger.taken(area, true).quantity)
        })
        plan.seatIds.forEach((seat, at) => {
          const owner = ledger.taken(seat).owners[0]
          expect(state.reservations.at(state.seatOwner[at]!)?.id).toBe(owner)
          const free = ledger.withdrawn.has(seat) ? 3 : 0
          const status = owner === undefined ? free : ledger.live.get(owner)!.confirmed ? 2 : 1
          expect(state.seatStatus[at]).toBe(status)
          const bit = plan.seatBit[at]!
          expect((state.freeSeats.words[bit >>> 5]! >>> (bit & 31)) & 1).toBe(status === 0 ? 1 : 0)
        })
      }),
    )
  })

  test('a choice is of all the places asked for, and is refused only for a reason that the ledger bears out', () => {
    fc.assert(
      fc.property(shows, (run) => {
        play(run, ({ state, ledger, command, decision }) => {
          if (command.type !== 'HoldSeats' && command.type !== 'ChangeSeats') return
          const { seats, areas, bestAvailable, customerId, reservationId } = command.data
          const asked = seats.length + areas.reduce((sum, { quantity }) => sum + quantity, bestAvailable?.quantity ?? 0)
          if (decision.ok) {
            const [event] = decision.events
            if (event?.type !== 'SeatsHeld' && event?.type !== 'SeatsChanged') throw new Error('a choice gives places')
            if (bestAvailable) expect(event.data.seats).toHaveLength(bestAvailable.quantity)
            else expect(event.data.seats.map(({ seat }) => seat)).toEqual(seats)
            expect(event.data.areas.map(({ area, quantity }) => ({ area, quantity }))).toEqual(areas)
            return
          }
          const { reason, details } = decision.rejection
          // What the hold has that is to be changed is free for the choice.
          const own = command.type === 'ChangeSeats' ? ledger.live.get(reservationId) : undefined
          if (reason === 'seat-taken')
            for (const seat of details) {
              expect(ledger.taken(seat).quantity).toBe(1)
              expect(own?.seats ?? []).not.toContain(seat)
            }
          if (reason === 'seat-withdrawn') for (const seat of details) expect(ledger.withdrawn.has(seat)).toBe(true)
          if (reason === 'customer-limit')
            expect(ledger.places({ customerId }) - (own?.places ?? 0) + asked).toBeGreaterThan(run.limit)
          if (reason === 'area-full') {
            const { area, quantity } = areas.find(({ area }) => area === details[0])!
            const taken = ledger.taken(area).quantity - (own?.areas.get(area) ?? 0)
            expect(taken + quantity).toBeGreaterThan(ledger.capacityOf(area))
          }
          if (reason === 'orphan-seat') {
            expect(run.orphanRule).toBe('refuse')
            const again = { ...command, data: { ...command.data, seats: details } } as ShowCommand
            const second = decide(state, again, Math.max(state.terms.salesFrom, opens), null, provenByText)
            if (second.ok) expect(second.events[0]!.data).toMatchObject({ notes: [] })
            else expect(['sales-closed', 'area-full']).toContain(second.rejection.reason)
          }
        })
      }),
      { numRuns: 500 },
    )
  })

  test('deciding changes nothing', () => {
    fc.assert(
      fc.property(shows, (run) => {
        const { state, now } = play(run)
        const before = JSON.stringify(describeShow(state))
        for (const { command } of run.steps) decide(state, command, now, planNamedBy(command), provenByText)
        dueDeadlines(state, now + 10 ** 9, 3)
        expect(JSON.stringify(describeShow(state))).toBe(before)
      }),
    )
  })

  test('the fold of the events is the state that they were decided on', () => {
    fc.assert(
      fc.property(shows, (run) => {
        const { state, events } = play(run)
        const again = JSON.parse(JSON.stringify(events)) as ShowEvent[]
        expect(describeShow(fold(again, planNamedBy)!)).toEqual(describeShow(state))
      }),
    )
  })

  test('after all deadlines, what is left was sold; chunked or not', () => {
    fc.assert(
      fc.property(shows, fc.integer({ min: 1, max: 5 }), (run, chunk) => {
        const { state, ledger, now } = play(run)
        const late = now + 10 ** 9
        const atOnce = dueDeadlines(state, late, 1000)
        const chunked: ShowEvent[] = []
        for (let due = dueDeadlines(state, late, chunk); due.length > 0; due = dueDeadlines(state, late, chunk)) {
          expect(due.length).toBeLessThanOrEqual(chunk)
          for (const event of due) {
            ledger.add(event)
            evolve(state, event, null)
          }
          chunked.push(...due)
        }
        expect(chunked).toEqual(atOnce)
        expect(state.held).toBe(0)
        expect(state.sold).toBe(ledger.places())
        if (state.cancelled) expect(ledger.live.size).toBe(0)
      }),
    )
  })

  test('the commands of the properties reach every event and most refusals', () => {
    const reached = new Set<string>()
    fc.assert(
      fc.property(shows, (run) => {
        const { events } = play(run, ({ decision }) => {
          if (!decision.ok) reached.add(decision.rejection.reason)
        })
        for (const { type, data } of events)
          for (const it of [type, ...('notes' in data ? data.notes : [])]) reached.add(it)
      }),
      { numRuns: 1500, seed: 1 },
    )
    const missing = [
      ...['HoldExtended', 'SeatsChanged', 'ShowPublished', 'SalesPaused', 'SalesResumed', 'ShowRescheduled'],
      ...['PlacesWithdrawn', 'PlacesAdded', 'PlanChanged', 'ShowCancelled'],
      ...['seat-withdrawn', 'orphan-seat', 'best-available-invalid', 'category-not-found', 'no-seats-together'],
      ...['sold-out', 'sales-paused', 'show-not-published', 'show-cancelled', 'already-extended', 'sales-closed'],
      ...['places-not-free', 'places-not-withdrawn', 'plan-lacks-places', 'plan-not-found', 'sales-window-invalid'],
      ...['show-already-published', 'sales-already-paused', 'sales-not-paused', 'orphan-left', 'split'],
      ...['SeatsHeld', 'HoldReleased', 'HoldExpired', 'ReservationConfirmed', 'ReservationCancelled'],
      ...['nothing-to-hold', 'seat-not-found', 'area-not-found', 'seat-taken', 'area-full', 'customer-limit'],
      ...['reservation-exists', 'reservation-not-found', 'hold-expired'],
      ...['already-confirmed', 'already-cancelled', 'already-released'],
    ].filter((name) => !reached.has(name))
    expect(missing).toEqual([])
  })
})
