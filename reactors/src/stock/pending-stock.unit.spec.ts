import { beforeEach, expect, test } from '@jest/globals'
import type { ShowEvent } from '@onsale/domain'
import { PendingStock } from './pending-stock.js'

let pending: PendingStock
let version = 0
beforeEach(() => {
  pending = new PendingStock()
  version = 0
})

const perCustomerLimit = 4
const of = (reservationId: string) => ({ showId: '1.s', reservationId, customerId: 'c', seats: [], areas: [] })
const event = (type: string, data: object) => ({ type, data }) as unknown as ShowEvent
function take(it: ShowEvent, freePlaces: number, places = 0): void {
  version++
  pending.take(it, { version, offset: 100 + version, freePlaces, perCustomerLimit }, places)
}
const held = (reservation: string, entry: string | null) =>
  event('SeatsHeld', { ...of(reservation), admissionId: entry })
const known = (showVersion: number, freePlaces: number) => ({ showVersion, freePlaces, perCustomerLimit })

test('a room that knows nothing is told all of it, once there is something', () => {
  expect(pending.next(null)).toBeNull()
  take(event('ShowScheduled', { showId: '1.s' }), 10)
  take(held('r1', null), 8, 2)
  expect(pending.next(null)).toEqual({
    ...{ fromVersion: 0, version: 2, offset: 102, freePlaces: 8, perCustomerLimit, changes: [] },
  })
})

test('a reservation and the places that it took come in one report, in the order of the versions', () => {
  take(event('ShowScheduled', { showId: '1.s' }), 10)
  take(held('r1', 'e1'), 8, 2)
  take(held('r2', null), 7, 1)
  take(event('SeatsChanged', of('r1')), 6, 3)
  take(event('HoldExtended', of('r1')), 6, 3)
  take(event('ReservationConfirmed', of('r1')), 6, 3)
  take(held('r3', 'e3'), 5, 1)
  take(event('HoldExpired', of('r3')), 6)
  expect(pending.next(known(1, 10))).toMatchObject({
    ...{ fromVersion: 1, version: 8, freePlaces: 6 },
    changes: [
      { entryId: 'e1', reservation: 'held', places: 2 },
      { entryId: 'e1', reservation: 'held', places: 3 },
      { entryId: 'e1', reservation: 'confirmed', places: 3 },
      { entryId: 'e3', reservation: 'held', places: 1 },
      { entryId: 'e3', reservation: 'ended', places: 0 },
    ],
  })
  pending.known(4)
  expect(pending.next(known(4, 6))?.changes).toHaveLength(3)
})

test('what changes nothing for the room is not told', () => {
  take(event('ShowScheduled', { showId: '1.s' }), 10)
  take(event('ShowPublished', { showId: '1.s' }), 10)
  expect(pending.next(known(1, 10))).toBeNull()
  take(held('r1', null), 9, 1)
  take(event('HoldReleased', of('r1')), 10)
  expect(pending.next(known(1, 10))).toBeNull()
  // It is again as it was, but who has heard of the version between must hear of this one.
  expect(pending.next(known(3, 9))).toMatchObject({ fromVersion: 3, version: 4, freePlaces: 10 })
})

test('a purchase that is cancelled later does not concern the room', () => {
  take(held('r1', 'e1'), 9, 1)
  take(event('ReservationConfirmed', of('r1')), 9, 1)
  take(event('ReservationCancelled', of('r1')), 10)
  expect(pending.next(known(2, 9))).toMatchObject({ version: 3, freePlaces: 10, changes: [] })
})

test('a long absence is told in pieces, each with what was free at its end', () => {
  for (let n = 0; n < 250; n++) take(held(`r${n}`, `e${n}`), 1_000 - n - 1, 1)
  const first = pending.next(null)
  expect([first?.version, first?.freePlaces, first?.offset, first?.changes.length]).toEqual([200, 800, 300, 200])
  const second = pending.next(known(200, 800))
  expect([second?.fromVersion, second?.version, second?.freePlaces, second?.changes.length]).toEqual([
    200, 250, 750, 50,
  ])
})
