import { describe, expect, test } from '@jest/globals'
import {
  about,
  cancelled,
  closes,
  confirmed,
  euro,
  expired,
  held,
  holdMs,
  opens,
  released,
  reservationId,
  scheduled,
  showId,
} from '../testing/fixtures.js'
import { fold, given } from '../testing/given.js'
import type { ShowCommand } from './commands.js'
import { dueDeadlines } from './decide.js'
import { nextDeadline } from './state.js'

const now = opens + 1000
const anns = about(1, 'ann', ['A1', 'B1'], { pit: 2 })
const total = euro.front + euro.back + 2 * euro.floor
const isHeld = [scheduled(), held(1, 'ann', now, ['A1', 'B1'], { pit: 2 })]
const isConfirmed = [...isHeld, confirmed(anns, total, now)]
const lastMs = now + holdMs - 1

const release = (customerId = 'ann', n = 1): ShowCommand => ({
  type: 'ReleaseHold',
  data: { showId, reservationId: reservationId(n), customerId },
})
const cancel = (customerId: string | null = 'ann', n = 1): ShowCommand => ({
  type: 'CancelReservation',
  data: { showId, reservationId: reservationId(n), customerId, reason: 'changed-mind' },
})
const confirm = (n = 1): ShowCommand => ({
  type: 'ConfirmReservation',
  data: { showId, reservationId: reservationId(n), confirmedBy: 'box-office' },
})

describe('ReleaseHold', () => {
  test('lets a hold go until it runs out, exclusive', () => {
    given(isHeld)
      .when(release(), lastMs)
      .then([released(anns, lastMs)])
    given(isHeld)
      .when(release(), lastMs + 1)
      .thenRejected('hold-expired')
  })

  test('only of the one who has it', () => {
    given(isHeld).when(release('bob'), now).thenRejected('reservation-not-found')
    given(isConfirmed).when(release('bob'), now).thenRejected('reservation-not-found')
    given([...isHeld, released(anns, now)])
      .when(release('bob'), now)
      .thenRejected('reservation-not-found')
    given(isHeld).when(release('ann', 2), now).thenRejected('reservation-not-found')
    given([]).when(release(), now).thenRejected('show-not-found')
  })

  test('only of a hold', () => {
    given(isConfirmed).when(release(), now).thenRejected('already-confirmed')
    given([...isHeld, released(anns, now)])
      .when(release(), now)
      .thenRejected('already-released')
    given([...isHeld, expired(anns, lastMs + 1)])
      .when(release(), lastMs + 1)
      .thenRejected('hold-expired')
    given([...isHeld, cancelled(anns, false, now)])
      .when(release(), now)
      .thenRejected('already-cancelled')
  })
})

describe('ConfirmReservation', () => {
  test('sells a hold until it runs out, exclusive', () => {
    given(isHeld)
      .when(confirm(), lastMs)
      .then([confirmed(anns, total, lastMs)])
    given(isHeld)
      .when(confirm(), lastMs + 1)
      .thenRejected('hold-expired')
  })

  test('also after sales have closed', () => {
    const late = closes - 1
    given([scheduled(), held(1, 'ann', late, ['A1'])])
      .when(confirm(), closes + 1)
      .then([confirmed(about(1, 'ann', ['A1']), euro.front, closes + 1)])
  })

  test('only a hold', () => {
    given(isConfirmed).when(confirm(), now).thenRejected('already-confirmed')
    given(isConfirmed)
      .when(confirm(), now + 2 * holdMs)
      .thenRejected('already-confirmed')
    given([...isHeld, released(anns, now)])
      .when(confirm(), now)
      .thenRejected('already-released')
    given([...isHeld, expired(anns, lastMs + 1)])
      .when(confirm(), lastMs + 1)
      .thenRejected('hold-expired')
    given([...isConfirmed, cancelled(anns, true, now)])
      .when(confirm(), now)
      .thenRejected('already-cancelled')
    given(isHeld).when(confirm(2), now).thenRejected('reservation-not-found')
    given([]).when(confirm(), now).thenRejected('show-not-found')
  })
})

describe('CancelReservation', () => {
  test('of a hold until it runs out, of a sale at any time', () => {
    given(isHeld)
      .when(cancel(), lastMs)
      .then([cancelled(anns, false, lastMs)])
    given(isHeld)
      .when(cancel(), lastMs + 1)
      .thenRejected('hold-expired')
    given(isConfirmed)
      .when(cancel(), closes + 1)
      .then([cancelled(anns, true, closes + 1)])
  })

  test('of one’s own, or of anyone’s by a trusted role', () => {
    given(isConfirmed).when(cancel('bob'), now).thenRejected('reservation-not-found')
    given(isConfirmed)
      .when(cancel(null), now)
      .then([cancelled(anns, true, now)])
    given([...isHeld, released(anns, now)])
      .when(cancel('bob'), now)
      .thenRejected('reservation-not-found')
    given([...isHeld, released(anns, now)])
      .when(cancel(null), now)
      .thenRejected('already-released')
  })

  test('once', () => {
    given([...isConfirmed, cancelled(anns, true, now)])
      .when(cancel(), now)
      .thenRejected('already-cancelled')
    given([...isHeld, expired(anns, lastMs + 1)])
      .when(cancel(), lastMs + 1)
      .thenRejected('hold-expired')
    given(isHeld).when(cancel('ann', 2), now).thenRejected('reservation-not-found')
    given([]).when(cancel(), now).thenRejected('show-not-found')
  })
})

describe('deadlines', () => {
  const events = [
    scheduled(),
    held(3, 'ann', now + 2, ['A1']),
    held(2, 'bob', now, ['A2']),
    held(1, 'cat', now, ['A3']),
    held(4, 'dan', now + 1, ['A4']),
    confirmed(about(4, 'dan', ['A4']), euro.front, now + 2),
  ]

  test('come at expiresAt, the earliest first, then by id, as many as asked for', () => {
    const state = fold(events)!
    expect(nextDeadline(state)).toBe(now + holdMs)
    expect(dueDeadlines(state, now + holdMs - 1, 10)).toEqual([])
    const first = expired(about(1, 'cat', ['A3']), now + holdMs)
    const second = expired(about(2, 'bob', ['A2']), now + holdMs)
    expect(dueDeadlines(state, now + holdMs, 10)).toEqual([first, second])
    expect(dueDeadlines(state, now + holdMs, 1)).toEqual([first])
    expect(
      dueDeadlines(state, now + 2 * holdMs, 10).map(({ data }) => 'reservationId' in data && data.reservationId),
    ).toEqual([1, 2, 3].map((n) => reservationId(n)))
  })

  test('go with the hold', () => {
    const ended = [
      expired(about(1, 'cat', ['A3']), now + holdMs),
      released(about(2, 'bob', ['A2']), now),
      cancelled(about(3, 'ann', ['A1']), false, now),
    ]
    expect(nextDeadline(fold([...events, ...ended])!)).toBeNull()
  })
})

test('a command of a type that is not known is a bug, not a refusal', () => {
  const command = { type: 'PaintSeats', data: { showId } } as unknown as ShowCommand
  expect(() => given(isHeld).when(command, now)).toThrow('PaintSeats')
})
