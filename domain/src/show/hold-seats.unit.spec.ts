import { describe, test } from '@jest/globals'
import {
  about,
  cancelled,
  closes,
  confirmed,
  expired,
  held,
  holdMs,
  holdSeats,
  opens,
  released,
  reservationId,
  scheduled,
  showId,
  uuid,
  won,
} from '../testing/fixtures.js'
import { given } from '../testing/given.js'

const now = opens + 1000

describe('HoldSeats', () => {
  test('named seats are held at their prices until holdMs have passed', () => {
    given([scheduled()])
      .when(holdSeats(1, 'ann', ['A1', 'B2']), now)
      .then([held(1, 'ann', now, ['A1', 'B2'])])
  })

  test('places in areas, with seats in one reservation', () => {
    given([scheduled()])
      .when(holdSeats(1, 'ann', ['A1'], { pit: 2, box: 1 }), now)
      .then([held(1, 'ann', now, ['A1'], { pit: 2, box: 1 })])
  })

  test('a currency without minor units, and places that cost nothing', () => {
    given([scheduled({}, won)])
      .when(holdSeats(1, 'ann', ['A1', 'A2'], { pit: 1 }), now)
      .then([held(1, 'ann', now, ['A1', 'A2'], { pit: 1 }, won)])
  })

  test('no show', () => {
    given([])
      .when(holdSeats(1, 'ann', ['A1']), now)
      .thenRejected('show-not-found')
  })

  test('the sales window includes its first millisecond and excludes its last', () => {
    const show = given([scheduled()])
    show.when(holdSeats(1, 'ann', ['A1']), opens - 1).thenRejected('sales-not-open')
    show.when(holdSeats(1, 'ann', ['A1']), opens).then([held(1, 'ann', opens, ['A1'])])
    show.when(holdSeats(1, 'ann', ['A1']), closes - 1).then([held(1, 'ann', closes - 1, ['A1'])])
    show.when(holdSeats(1, 'ann', ['A1']), closes).thenRejected('sales-closed')
  })

  test('nothing, and quantities that are none', () => {
    const show = given([scheduled()])
    show.when(holdSeats(1, 'ann', []), now).thenRejected('nothing-to-hold')
    for (const quantity of [0, -1, 0.5, Number.NaN]) {
      show.when(holdSeats(1, 'ann', ['A1'], { pit: quantity }), now).thenRejected('nothing-to-hold', 'pit')
    }
  })

  test('a place named twice', () => {
    const show = given([scheduled()])
    show.when(holdSeats(1, 'ann', ['A1', 'B1', 'A1']), now).thenRejected('nothing-to-hold', 'A1')
    const areas = [
      { area: 'pit', quantity: 1 },
      { area: 'pit', quantity: 1 },
    ]
    show
      .when({ type: 'HoldSeats', data: { ...about(1, 'ann', []), areas, bestAvailable: null, admission: null } }, now)
      .thenRejected('nothing-to-hold', 'pit')
  })

  test('places that the plan does not have, all of them named', () => {
    const show = given([scheduled(), held(1, 'bob', now, ['A1'])])
    show.when(holdSeats(2, 'ann', ['A1', 'Z9', 'Y8']), now).thenRejected('seat-not-found', 'Z9', 'Y8')
    show.when(holdSeats(2, 'ann', ['A1'], { roof: 1 }), now).thenRejected('area-not-found', 'roof')
  })

  test('taken seats: all or nothing', () => {
    given([scheduled(), held(1, 'bob', now, ['A1', 'A2'])])
      .when(holdSeats(2, 'ann', ['A2', 'A3', 'A1']), now)
      .thenRejected('seat-taken', 'A2', 'A1')
  })

  test('sold seats', () => {
    const bobs = about(1, 'bob', ['A1'])
    given([scheduled(), held(1, 'bob', now, ['A1']), confirmed(bobs, 12050, now)])
      .when(holdSeats(2, 'ann', ['A1']), now + holdMs * 2)
      .thenRejected('seat-taken', 'A1')
  })

  test('a hold that ran out has its seats until its HoldExpired', () => {
    const bobs = about(1, 'bob', ['A1'])
    const events = [scheduled(), held(1, 'bob', now, ['A1'])]
    given(events)
      .when(holdSeats(2, 'ann', ['A1']), now + holdMs)
      .thenRejected('seat-taken', 'A1')
    given([...events, expired(bobs, now + holdMs)])
      .when(holdSeats(2, 'ann', ['A1']), now + holdMs)
      .then([held(2, 'ann', now + holdMs, ['A1'])])
  })

  test('an area that has too few places left: all or nothing', () => {
    const events = [scheduled(), held(1, 'bob', now, [], { pit: 4 })]
    given(events)
      .when(holdSeats(2, 'ann', ['A1'], { pit: 2 }), now)
      .thenRejected('area-full', 'pit', '1')
    given(events)
      .when(holdSeats(2, 'ann', ['A1'], { pit: 1 }), now)
      .then([held(2, 'ann', now, ['A1'], { pit: 1 })])
  })

  test('the limit counts held and confirmed places, of all reservations of that customer alone', () => {
    const firstOfAnn = about(1, 'ann', ['A1'], { pit: 1 })
    const events = [
      scheduled({ perCustomerLimit: 4 }),
      held(1, 'ann', now, ['A1'], { pit: 1 }),
      confirmed(firstOfAnn, 12050 + 3005, now),
      held(2, 'ann', now, ['B1']),
    ]
    given(events)
      .when(holdSeats(3, 'ann', ['B2'], { pit: 1 }), now)
      .thenRejected('customer-limit', '4', '3')
    given(events)
      .when(holdSeats(3, 'ann', ['B2']), now)
      .then([held(3, 'ann', now, ['B2'])])
    given(events)
      .when(holdSeats(3, 'bob', ['B2', 'B3', 'B4'], { pit: 1 }), now)
      .then([held(3, 'bob', now, ['B2', 'B3', 'B4'], { pit: 1 })])
    given(events)
      .when(holdSeats(3, 'bob', ['B2', 'B3', 'B4'], { pit: 2 }), now)
      .thenRejected('customer-limit', '4', '0')
  })

  test('places given back do not count any longer', () => {
    const four = ['A1', 'A2', 'A3', 'A4']
    const anns = about(1, 'ann', four)
    const taken = [scheduled(), held(1, 'ann', now, four)]
    given(taken)
      .when(holdSeats(2, 'ann', ['B1']), now)
      .thenRejected('customer-limit', '4', '4')
    const ends = [released(anns, now), cancelled(anns, false, now), expired(anns, now + holdMs)]
    for (const end of ends)
      given([...taken, end])
        .when(holdSeats(2, 'ann', ['B1']), now)
        .then([held(2, 'ann', now, ['B1'])])
  })

  test('more places than the limit cost no look at their names', () => {
    const many = Array.from({ length: 1000 }, (_, at) => `no-such-${at}`)
    given([scheduled()])
      .when(holdSeats(1, 'ann', many), now)
      .thenRejected('customer-limit', '4', '0')
  })

  test('a reservation id that was used, live or ended, or of another show', () => {
    const bobs = about(1, 'bob', ['A1'])
    const events = [scheduled(), held(1, 'bob', now, ['A1'])]
    given(events)
      .when(holdSeats(1, 'ann', ['A2']), now)
      .thenRejected('reservation-exists')
    given([...events, released(bobs, now)])
      .when(holdSeats(1, 'ann', ['A2']), now)
      .thenRejected('reservation-exists')
    const foreign = reservationId(1, `3.${uuid(99)}`)
    given(events)
      .when(
        {
          type: 'HoldSeats',
          data: { ...about(1, 'ann', ['A2']), showId, reservationId: foreign, bestAvailable: null, admission: null },
        },
        now,
      )
      .thenRejected('reservation-id-invalid')
  })
})
