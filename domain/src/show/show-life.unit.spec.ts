import { describe, expect, test } from '@jest/globals'
import {
  about,
  closes,
  confirmed,
  euro,
  held,
  holdMs,
  holdSeats,
  opens,
  planNamedBy,
  rebuiltCapacity,
  reservationId,
  scheduled,
  showId,
  smallCapacity,
} from '../testing/fixtures.js'
import { fold, given } from '../testing/given.js'
import { calledOff, change, extend, holdBest, ofShow, paused, published, resumed } from '../testing/life.js'
import type { AreaQuantity, ShowCommand } from './commands.js'
import { decide, dueDeadlines } from './decide.js'
import { describeShow } from './describe.js'
import type { ShowEvent } from './events.js'
import { ContradictionError, evolve } from './evolve.js'
import { nextDeadline } from './state.js'

const now = opens + 1000
const { publish, pause, resume, cancel } = ofShow

describe('publishing', () => {
  const hidden = [scheduled({ published: false })]
  test('before it nothing can be held, after it everything', () => {
    given(hidden)
      .when(holdSeats(1, 'ann', ['A1']), now)
      .thenRejected('show-not-published')
    given(hidden)
      .when(publish, now)
      .then([published(now)])
    given([...hidden, published(now)])
      .when(holdSeats(1, 'ann', ['A1']), now)
      .then([held(1, 'ann', now, ['A1'])])
  })

  test('only once', () => {
    given([...hidden, published(now)])
      .when(publish, now)
      .thenRejected('show-already-published')
    given([scheduled()]).when(publish, now).thenRejected('show-already-published')
    expect(() => fold([scheduled(), published(now)])).toThrow(ContradictionError)
  })
})

describe('pausing sales', () => {
  test('holds are refused, what is held can be paid for and let go', () => {
    const anns = about(1, 'ann', ['A1'])
    const show = given([scheduled(), held(1, 'ann', now, ['A1']), paused(now)])
    show.when(holdSeats(2, 'bob', ['A2']), now).thenRejected('sales-paused')
    show.when(holdBest(2, 'bob', 2), now).thenRejected('sales-paused')
    show
      .when({ type: 'ConfirmReservation', data: { ...anns, confirmedBy: 'box-office' } }, now)
      .then([confirmed(anns, euro.front, now)])
    show
      .when({ type: 'ReleaseHold', data: anns }, now)
      .then([{ type: 'HoldReleased', data: { ...anns, releasedAt: now } }])
  })

  test('and resuming', () => {
    given([scheduled()])
      .when(pause, now)
      .then([paused(now)])
    given([scheduled()]).when(resume, now).thenRejected('sales-not-paused')
    given([scheduled(), paused(now)])
      .when(pause, now)
      .thenRejected('sales-already-paused', 'technical')
    given([scheduled(), paused(now)])
      .when(resume, now)
      .then([resumed(now)])
    given([scheduled(), paused(now), resumed(now)])
      .when(holdSeats(2, 'bob', ['A2']), now)
      .then([held(2, 'bob', now, ['A2'])])
    expect(() => fold([scheduled(), resumed(now)])).toThrow(ContradictionError)
  })
})

describe('rescheduling', () => {
  const to = (salesFrom: number, salesUntil: number, startsAt = closes): ShowCommand => ({
    type: 'RescheduleShow',
    data: { showId, salesFrom, salesUntil, startsAt },
  })

  test('the window is the new one, and holds end when they did', () => {
    const moved: ShowEvent = {
      type: 'ShowRescheduled',
      data: { showId, salesFrom: closes, salesUntil: closes + 10, startsAt: closes, rescheduledAt: now },
    }
    const events = [scheduled(), held(1, 'ann', now, ['A1'])]
    given(events)
      .when(to(closes, closes + 10), now)
      .then([moved])
    const show = given([...events, moved])
    show.when(holdSeats(2, 'bob', ['A2']), now).thenRejected('sales-not-open')
    show.when(holdSeats(2, 'bob', ['A2']), closes + 10).thenRejected('sales-closed')
    show.when(holdSeats(2, 'bob', ['A2']), closes).then([held(2, 'bob', closes, ['A2'])])
    expect(fold([...events, moved])!.reservations.firstExpiry()).toBe(now + holdMs)
  })

  test('after the sale too, but not to an empty window', () => {
    const show = given([scheduled()])
    show.when(to(2, 2), now).thenRejected('sales-window-invalid')
    show.when(to(-1, 2), now).thenRejected('sales-window-invalid')
    show.when(to(1, 2, 0.5), now).thenRejected('terms-invalid', 'startsAt')
    show.when(to(1, 2, 9), closes + 1).then([
      {
        type: 'ShowRescheduled',
        data: { showId, salesFrom: 1, salesUntil: 2, startsAt: 9, rescheduledAt: closes + 1 },
      },
    ])
  })
})

describe('capacity', () => {
  const places = (type: 'WithdrawPlaces' | 'AddPlaces', seats: string[], areas: AreaQuantity[] = []): ShowCommand => ({
    type,
    data: { showId, seats, areas },
  })
  const withdrawn = (seats: string[], areas: AreaQuantity[], capacity: number): ShowEvent => ({
    type: 'PlacesWithdrawn',
    data: { showId, seats, areas, capacity, withdrawnAt: now },
  })
  const added = (seats: string[], areas: AreaQuantity[], capacity: number): ShowEvent => ({
    type: 'PlacesAdded',
    data: { showId, seats, areas, capacity, addedAt: now },
  })
  const pit = (quantity: number) => [{ area: 'pit', quantity }]

  test('free places go out of the sale, and come back', () => {
    const show = [scheduled(), withdrawn(['A1', 'A2'], pit(4), smallCapacity - 6)]
    given([scheduled()])
      .when(places('WithdrawPlaces', ['A1', 'A2'], pit(4)), now)
      .then(show.slice(1))
    given(show)
      .when(holdSeats(1, 'ann', ['A2', 'A3']), now)
      .thenRejected('seat-withdrawn', 'A2')
    given(show)
      .when(holdSeats(1, 'ann', [], { pit: 2 }), now)
      .thenRejected('area-full', 'pit', '1')
    given(show)
      .when(holdBest(1, 'ann', 3, { category: 'front' }), now)
      .thenRejected('sold-out', '2')
    given(show)
      .when(places('AddPlaces', ['A1'], pit(1)), now)
      .then([added(['A1'], pit(1), smallCapacity - 4)])
    given([...show, added(['A1', 'A2'], pit(4), smallCapacity)])
      .when(holdSeats(1, 'ann', ['A2', 'A3'], { pit: 2 }), now)
      .then([held(1, 'ann', now, ['A2', 'A3'], { pit: 2 })])
  })

  test('an area may grow past its plan', () => {
    given([scheduled()])
      .when(places('AddPlaces', [], pit(100)), now)
      .then([added([], pit(100), smallCapacity + 100)])
    const limits = { perCustomerLimit: 105 }
    given([scheduled(limits), added([], pit(100), smallCapacity + 100)])
      .when(holdSeats(1, 'ann', [], { pit: 105 }), now)
      .then([held(1, 'ann', now, [], { pit: 105 })])
    given([scheduled()])
      .when(places('AddPlaces', [], pit(2 ** 31 - 1)), now)
      .thenRejected('capacity-exceeded')
  })

  test('not what is held or sold, or not there, and what is not is named', () => {
    const show = given([scheduled(), held(1, 'ann', now, ['A1'], { pit: 2 }), withdrawn(['B1'], [], smallCapacity - 1)])
    show
      .when(places('WithdrawPlaces', ['A1', 'A2', 'B1'], pit(4)), now)
      .thenRejected('places-not-free', 'A1', 'B1', 'pit', '3')
    show.when(places('AddPlaces', ['A1', 'B1'], []), now).thenRejected('places-not-withdrawn', 'A1')
    show.when(places('WithdrawPlaces', ['Z1']), now).thenRejected('seat-not-found', 'Z1')
    show.when(places('AddPlaces', [], [{ area: 'roof', quantity: 1 }]), now).thenRejected('area-not-found', 'roof')
    show.when(places('WithdrawPlaces', ['A2', 'A2']), now).thenRejected('nothing-to-hold', 'A2')
    show.when(places('WithdrawPlaces', [], pit(0)), now).thenRejected('nothing-to-hold', 'pit')
    show.when(places('AddPlaces', []), now).thenRejected('nothing-to-hold')
  })

  test('a log that states another capacity, or withdraws what is taken, can’t be folded', () => {
    expect(() => fold([scheduled(), withdrawn(['A1'], [], smallCapacity)])).toThrow(ContradictionError)
    expect(() => fold([scheduled(), held(1, 'ann', now, ['A1']), withdrawn(['A1'], [], smallCapacity - 1)])).toThrow(
      ContradictionError,
    )
  })
})

describe('another plan', () => {
  const toPlan = (planHash: string): ShowCommand => ({ type: 'ChangePlan', data: { showId, planHash } })
  const moved = (capacity: number): ShowEvent => ({
    type: 'PlanChanged',
    data: { showId, previousPlanHash: 'small', planHash: 'rebuilt', capacity, changedAt: now },
  })
  const onPlans = (events: ShowEvent[]) => given(events, planNamedBy)

  test('what is held and sold stays as it is, what is new is free, what is gone is gone', () => {
    const anns = about(1, 'ann', ['A1', 'C40'], { pit: 2 })
    const events = [
      scheduled(),
      held(1, 'ann', now, ['A1', 'C40'], { pit: 2 }),
      confirmed(anns, euro.front + euro.back + 2 * euro.floor, now),
      held(2, 'bob', now, ['B1']),
    ]
    onPlans(events)
      .when(toPlan('rebuilt'), now)
      .then([moved(rebuiltCapacity)])
    const state = fold([...events, moved(rebuiltCapacity)], planNamedBy)!
    expect(describeShow(state)).toMatchObject({
      seatOwners: [
        ['A1', reservationId(1)],
        ['B1', reservationId(2)],
        ['C40', reservationId(1)],
      ],
      held: 1,
      sold: 4,
    })
    const after = onPlans([...events, moved(rebuiltCapacity)])
    after.when(holdSeats(3, 'cat', ['B4']), now).thenRejected('seat-not-found', 'B4')
    after.when(holdSeats(3, 'cat', ['D1', 'B1']), now).thenRejected('seat-taken', 'B1')
    after.when(holdSeats(3, 'cat', ['D1', 'A4']), now).then([held(3, 'cat', now, ['D1', 'A4'])].map(allBack))
    after.when(holdSeats(3, 'cat', [], { pit: 2 }), now).thenRejected('area-full', 'pit', '1')
    after
      .when({ type: 'ReleaseHold', data: about(2, 'bob', ['B1']) }, now)
      .then([{ type: 'HoldReleased', data: { ...about(2, 'bob', ['B1']), releasedAt: now } }])
  })

  /** A4 is in another category on the rebuilt plan. */
  function allBack(event: ShowEvent): ShowEvent {
    if (event.type !== 'SeatsHeld') return event
    const seats = event.data.seats.map((seat) => ({ ...seat, category: 'back', priceMinor: euro.back }))
    return { type: 'SeatsHeld', data: { ...event.data, seats, totalMinor: seats.length * euro.back } }
  }

  test('a seat that was withdrawn stays so, or goes with its plan', () => {
    const seats = ['B3', 'B4']
    const events: ShowEvent[] = [
      scheduled(),
      { type: 'PlacesWithdrawn', data: { showId, seats, areas: [], capacity: smallCapacity - 2, withdrawnAt: now } },
    ]
    onPlans(events)
      .when(toPlan('rebuilt'), now)
      .then([moved(rebuiltCapacity - 1)])
    onPlans([...events, moved(rebuiltCapacity - 1)])
      .when(holdSeats(1, 'ann', ['B3']), now)
      .thenRejected('seat-withdrawn', 'B3')
  })

  test.each([
    ['a seat that is gone', held(1, 'ann', now, ['B4']), 'B4'],
    ['a seat in another category', held(1, 'ann', now, ['A4']), 'A4'],
    ['an area that is gone', held(1, 'ann', now, [], { box: 1 }), 'box'],
    ['an area that is too small', held(1, 'ann', now, [], { pit: 4 }), 'pit'],
  ])('not one that lacks what is taken: %s', (_, event, place) => {
    onPlans([scheduled(), event]).when(toPlan('rebuilt'), now).thenRejected('plan-lacks-places', place)
    expect(() => fold([scheduled(), event, moved(rebuiltCapacity)], planNamedBy)).toThrow(ContradictionError)
  })

  test('not one that is not there, or without a price for its places', () => {
    onPlans([scheduled()]).when(toPlan('gone'), now).thenRejected('plan-not-found', 'gone')
    const { prices } = scheduled().data as { prices: { category: string; priceMinor: number }[] }
    const noFloor = scheduled({ prices: prices.filter(({ category }) => category !== 'floor') })
    onPlans([noFloor]).when(toPlan('rebuilt'), now).thenRejected('prices-mismatch', 'floor')
    expect(() => fold([scheduled(), moved(smallCapacity)], planNamedBy)).toThrow(ContradictionError)
  })
})

describe('cancelling a show', () => {
  const anns = about(1, 'ann', ['A1'])
  const bobs = about(2, 'bob', ['B1'])
  const before = [
    scheduled(),
    held(1, 'ann', now, ['A1']),
    held(2, 'bob', now, ['B1']),
    confirmed(bobs, euro.back, now),
  ]
  const off = [...before, calledOff(2, now)]

  test('everything after it is refused', () => {
    given(before)
      .when(cancel, now)
      .then([calledOff(2, now)])
    const show = given(off)
    const reservation = { showId, reservationId: anns.reservationId }
    const commands: ShowCommand[] = [
      ...[cancel, publish, pause, resume, holdSeats(3, 'cat', ['C1']), holdBest(3, 'cat', 1)],
      ...[extend(1, 'ann'), change(1, 'ann', { seats: ['C1'] })],
      { type: 'ReleaseHold', data: { ...reservation, customerId: 'ann' } },
      { type: 'ConfirmReservation', data: { ...reservation, confirmedBy: 'box-office' } },
      { type: 'CancelReservation', data: { ...reservation, customerId: null, reason: 'changed-mind' } },
      { type: 'RescheduleShow', data: { showId, salesFrom: 1, salesUntil: 2, startsAt: 3 } },
      { type: 'WithdrawPlaces', data: { showId, seats: ['C1'], areas: [] } },
      { type: 'AddPlaces', data: { showId, seats: ['C1'], areas: [] } },
      { type: 'ChangePlan', data: { showId, planHash: 'rebuilt' } },
    ]
    for (const command of commands) show.when(command, now).thenRejected('show-cancelled')
    show
      .when({ type: 'ReleaseHold', data: { ...reservation, customerId: 'bob' } }, now)
      .thenRejected('reservation-not-found')
  })

  test('its reservations end in chunks, held and sold, and that is all that time does', () => {
    const state = fold(off)!
    expect(nextDeadline(state)).toBe(now)
    const [first, ...none] = dueDeadlines(state, now + 5, 1) as [ShowEvent]
    expect(none).toEqual([])
    const ended = { reason: 'show-cancelled', cancelledAt: now + 5 }
    expect(first).toEqual({ type: 'ReservationCancelled', data: { ...anns, wasConfirmed: false, ...ended } })
    evolve(state, first, null)
    const rest = dueDeadlines(state, now + 5, 10)
    expect(rest).toEqual([{ type: 'ReservationCancelled', data: { ...bobs, wasConfirmed: true, ...ended } }])
    for (const event of rest) evolve(state, event, null)
    expect(state).toMatchObject({ held: 0, sold: 0 })
    expect(dueDeadlines(state, now + holdMs * 2, 10)).toEqual([])
    expect(nextDeadline(state)).toBeNull()
    const release: ShowCommand = { type: 'ReleaseHold', data: { ...anns } }
    expect(decide(state, release, now, null)).toEqual({
      ok: false,
      rejection: { reason: 'already-cancelled', details: [] },
    })
  })

  test('a log that goes on selling can’t be folded', () => {
    expect(() => fold([...off, held(3, 'cat', now, ['C1'])])).toThrow(ContradictionError)
    expect(() => fold([...before, calledOff(1, now)])).toThrow(ContradictionError)
  })
})
