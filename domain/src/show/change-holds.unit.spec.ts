import { describe, expect, test } from '@jest/globals'
import {
  about,
  closes,
  confirmed,
  euro,
  expired,
  held,
  holdMs,
  holdSeats,
  opens,
  released,
  scheduled,
} from '../testing/fixtures.js'
import { fold, given } from '../testing/given.js'
import { change, changed, extend, extended, holdBest, paused } from '../testing/life.js'
import { drawn } from '../testing/small-halls.js'
import type { ShowScheduled } from './events.js'
import { maxExtendedHoldMs } from './hold-seats.js'

const now = opens + 1000
const ends = now + holdMs
const anns = about(1, 'ann', ['A1'])
const base = [scheduled(), held(1, 'ann', now, ['A1'])]

describe('extending a hold', () => {
  test('by the length of a hold, from its end on', () => {
    given(base)
      .when(extend(1, 'ann'), now + 5)
      .then([extended(anns, ends + holdMs, now + 5)])
  })

  test('then it lasts so long, and no longer', () => {
    const events = [...base, extended(anns, ends + holdMs, now + 5)]
    const state = fold(events)!
    expect(state.reservations.due(ends + holdMs - 1, 9)).toEqual([])
    expect(state.reservations.due(ends + holdMs, 9)).toHaveLength(1)
    given(events)
      .when(extend(1, 'ann'), now + 9)
      .thenRejected('already-extended')
    given(events)
      .when({ type: 'ConfirmReservation', data: { ...anns, confirmedBy: 'box-office' } }, ends + 1)
      .then([confirmed(anns, euro.front, ends + 1)])
  })

  test('not past the end of sales, and not after it', () => {
    const late = closes - holdMs - 10
    const events = [scheduled(), held(1, 'ann', late, ['A1'])]
    given(events)
      .when(extend(1, 'ann'), late)
      .then([extended(anns, closes, late)])
    const last = [scheduled(), held(1, 'ann', closes - 10, ['A1'])]
    given(last)
      .when(extend(1, 'ann'), closes - 5)
      .thenRejected('extension-limit')
    given(last).when(extend(1, 'ann'), closes).thenRejected('sales-closed')
  })

  test('not past the most that a hold may last', () => {
    const terms = { holdMs: maxExtendedHoldMs - 60_000, salesUntil: closes * 2 }
    const at = opens
    const [hold] = [held(1, 'ann', at, ['A1'])] as [Extract<ReturnType<typeof held>, { type: 'SeatsHeld' }>]
    const long = { ...hold, data: { ...hold.data, expiresAt: at + terms.holdMs } }
    given([scheduled(terms), long])
      .when(extend(1, 'ann'), at + 1)
      .then([extended(anns, at + maxExtendedHoldMs, at + 1)])
    const longest = { ...hold, data: { ...hold.data, expiresAt: at + maxExtendedHoldMs } }
    given([scheduled({ ...terms, holdMs: maxExtendedHoldMs }), longest])
      .when(extend(1, 'ann'), at + 1)
      .thenRejected('extension-limit')
  })

  test('also while sales are paused', () => {
    given([...base, paused(now)])
      .when(extend(1, 'ann'), now + 5)
      .then([extended(anns, ends + holdMs, now + 5)])
  })

  test.each([
    ['someone else’s', base, extend(1, 'bob'), now, 'reservation-not-found'],
    ['one that has run out', base, extend(1, 'ann'), ends, 'hold-expired'],
    ['one that was let go', [...base, released(anns, now)], extend(1, 'ann'), now, 'already-released'],
    ['one that was sold', [...base, confirmed(anns, euro.front, now)], extend(1, 'ann'), now, 'already-confirmed'],
    ['one that expired', [...base, expired(anns, ends)], extend(1, 'ann'), ends, 'hold-expired'],
  ] as const)('not %s', (_, events, command, at, reason) => {
    given(events).when(command, at).thenRejected(reason)
  })
})

describe('changing seats', () => {
  test('old ones released, new ones held, in one event; the hold ends when it did', () => {
    given(base)
      .when(change(1, 'ann', { seats: ['A3', 'A4'] }), now + 5)
      .then([changed(anns, ['A3', 'A4'], { expiresAt: ends, changedAt: now + 5 })])
  })

  test('what the hold has counts as free: one seat stays, one is new', () => {
    const two = about(1, 'ann', ['A1', 'A2'])
    given([scheduled(), held(1, 'ann', now, ['A1', 'A2'])])
      .when(change(1, 'ann', { seats: ['A2', 'A3'] }), now + 5)
      .then([changed(two, ['A2', 'A3'], { expiresAt: ends, changedAt: now + 5 })])
  })

  test('its places in an area count as free too', () => {
    const pit = about(1, 'ann', [], { pit: 3 })
    given([scheduled(), held(1, 'ann', now, [], { pit: 3 }), held(2, 'bob', now, [], { pit: 1 })])
      .when(change(1, 'ann', { areas: [{ area: 'pit', quantity: 4 }] }), now + 5)
      .then([
        changed(pit, [], {
          ...{ expiresAt: ends, changedAt: now + 5, totalMinor: 4 * euro.floor },
          areas: [{ area: 'pit', quantity: 4, category: 'floor', priceMinor: euro.floor }],
        }),
      ])
    given([scheduled(), held(1, 'ann', now, [], { pit: 3 }), held(2, 'bob', now, [], { pit: 1 })])
      .when(change(1, 'ann', { areas: [{ area: 'pit', quantity: 5 }] }), now + 5)
      .thenRejected('customer-limit', '4', '0')
  })

  test('to the best available, its own among them', () => {
    // The stage is before A1.
    given([scheduled(), held(1, 'ann', now, ['A2', 'B1'])])
      .when(
        change(1, 'ann', {
          bestAvailable: { category: 'front', quantity: 2, together: 'required', accessible: false },
        }),
        now + 5,
      )
      .then([changed(about(1, 'ann', ['A2', 'B1']), ['A1', 'A2'], { expiresAt: ends, changedAt: now + 5 })])
  })

  test('or neither', () => {
    const show = given([...base, held(2, 'bob', now, ['A2'])])
    show.when(change(1, 'ann', { seats: ['A2', 'A3'] }), now + 5).thenRejected('seat-taken', 'A2')
    show.when(change(1, 'ann', {}), now + 5).thenRejected('nothing-to-hold')
    show.when(change(1, 'bob', { seats: ['A3'] }), now + 5).thenRejected('reservation-not-found')
    show.when(change(1, 'ann', { seats: ['A3'] }), ends).thenRejected('hold-expired')
  })

  test('the limit counts the new places, not the old', () => {
    const show = given([scheduled(), held(1, 'ann', now, ['A1', 'A2']), held(2, 'ann', now, ['B1', 'B2'])])
    show.when(change(1, 'ann', { seats: ['A1', 'A2', 'A3'] }), now).thenRejected('customer-limit', '4', '2')
  })

  test('not while sales are paused, nor after them', () => {
    given([...base, paused(now)])
      .when(change(1, 'ann', { seats: ['A3'] }), now)
      .thenRejected('sales-paused')
    const last = [scheduled(), held(1, 'ann', closes - 10, ['A1'])]
    given(last)
      .when(change(1, 'ann', { seats: ['A3'] }), closes)
      .thenRejected('sales-closed')
  })
})

describe('the orphan rule', () => {
  const rule = (orphanRule: string) => given([scheduled({ orphanRule })])

  test('off: nothing is said', () => {
    rule('off')
      .when(holdSeats(1, 'ann', ['A2', 'A3']), now)
      .then([held(1, 'ann', now, ['A2', 'A3'])])
  })

  test('warn: held, with a note', () => {
    const [event] = [held(1, 'ann', now, ['A2', 'A3'])] as [Extract<ReturnType<typeof held>, { type: 'SeatsHeld' }>]
    rule('warn')
      .when(holdSeats(1, 'ann', ['A2', 'A3']), now)
      .then([{ ...event, data: { ...event.data, notes: ['orphan-left'] } }])
  })

  test('refuse: the seats to take instead', () => {
    rule('refuse')
      .when(holdSeats(1, 'ann', ['A2', 'A3']), now)
      .thenRejected('orphan-seat', 'A1', 'A2')
    rule('refuse')
      .when(holdSeats(1, 'ann', ['A1', 'A2']), now)
      .then([held(1, 'ann', now, ['A1', 'A2'])])
  })

  test('refuse: never the only seats left', () => {
    const [event] = [held(2, 'ann', now, ['A2', 'A3'])] as [Extract<ReturnType<typeof held>, { type: 'SeatsHeld' }>]
    given([scheduled({ orphanRule: 'refuse' }), held(1, 'bob', now, ['A1'])])
      .when(holdSeats(2, 'ann', ['A2', 'A3']), now)
      .then([{ ...event, data: { ...event.data, notes: ['orphan-left'] } }])
  })

  test('a change is judged with the old seats free', () => {
    // Of A1 and A2, to A1 alone: what is left is A2 to A4.
    given([scheduled({ orphanRule: 'refuse' }), held(1, 'ann', now, ['A1', 'A2'])])
      .when(change(1, 'ann', { seats: ['A1'] }), now)
      .then([changed(about(1, 'ann', ['A1', 'A2']), ['A1'], { expiresAt: ends, changedAt: now })])
  })
})

describe('best available and companions in a show', () => {
  const hall = drawn('aawcaa')
  const prices = ['A', 'B'].map((category) => ({ category, priceMinor: 10 }))
  const show = given(
    [{ type: 'ShowScheduled', data: { ...(scheduled().data as ShowScheduled), prices, capacity: 6 } }],
    hall.index,
  )

  test('a companion seat is not sold without a wheelchair place beside it', () => {
    show.when(holdSeats(1, 'ann', ['r0-3']), now).thenRejected('companion-alone', 'r0-3')
    show.when(holdSeats(1, 'ann', ['r0-3', 'r0-4']), now).thenRejected('companion-alone', 'r0-3')
  })

  test('what makes no sense', () => {
    show.when(holdBest(1, 'ann', 0), now).thenRejected('nothing-to-hold')
    show.when(holdBest(1, 'ann', 5), now).thenRejected('customer-limit', '4', '0')
    show.when(holdBest(1, 'ann', 2, { together: 'maybe' }), now).thenRejected('best-available-invalid', 'together')
    show.when(holdBest(1, 'ann', 2, { category: 'B' }), now).thenRejected('category-not-found', 'B')
    const both = holdBest(1, 'ann', 2)
    show
      .when({ ...both, data: { ...both.data, seats: ['r0-0'] } } as typeof both, now)
      .thenRejected('best-available-invalid', 'seats')
  })
})
