import { expect, test } from '@jest/globals'
import type { ShowCommand, ShowEvent } from '@onsale/domain'
import { localCodec } from '@onsale/platform/codec'
import * as schemas from '@onsale/schemas'

// The domain may import nothing, so its commands and events are written by hand; here they meet what is generated from the
// schemas. The types are compared by the compiler (npm run typecheck:tests), the values by Avro itself.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never
type DataOf<Union extends { type: string; data: unknown }, Type extends Union['type']> = Extract<
  Union,
  { type: Type }
>['data']

const commands: {
  [Type in ShowCommand['type']]: Same<DataOf<ShowCommand, Type>, schemas.Records[`onsale.reservation.commands.${Type}`]>
} = {
  ScheduleShow: true,
  HoldSeats: true,
  ReleaseHold: true,
  CancelReservation: true,
  ConfirmReservation: true,
  ExtendHold: true,
  ChangeSeats: true,
  PublishShow: true,
  PauseSales: true,
  ResumeSales: true,
  RescheduleShow: true,
  WithdrawPlaces: true,
  AddPlaces: true,
  ChangePlan: true,
  CancelShow: true,
}
const events: {
  [Type in ShowEvent['type']]: Same<DataOf<ShowEvent, Type>, schemas.Records[`onsale.reservation.events.${Type}`]>
} = {
  ShowScheduled: true,
  SeatsHeld: true,
  HoldReleased: true,
  HoldExpired: true,
  ReservationConfirmed: true,
  ReservationCancelled: true,
  HoldExtended: true,
  SeatsChanged: true,
  ShowPublished: true,
  SalesPaused: true,
  SalesResumed: true,
  ShowRescheduled: true,
  PlacesWithdrawn: true,
  PlacesAdded: true,
  PlanChanged: true,
  ShowCancelled: true,
}

test('every command and event of the domain has a schema, and every schema is one of the domain’s', () => {
  const named = (kind: string) =>
    [...schemas.schemas.values()]
      .filter((entry) => entry.kind === kind && entry.context === 'reservation')
      .map(({ schema }) => schema.name)
  expect(Object.keys(commands).sort()).toEqual(named('command').sort())
  expect(Object.keys(events).sort()).toEqual(named('event').sort())
})

const terms = {
  showId: '1.s',
  planHash: 'ab',
  title: 'A show',
  currency: 'EUR',
  prices: [{ category: 'front', priceMinor: 1 }],
  perCustomerLimit: 4,
  holdMs: 300_000,
  salesFrom: 1,
  salesUntil: 2,
  startsAt: 3,
  orphanRule: 'warn',
  published: false,
}
const reservation = { showId: '1.s', reservationId: '1.s.r', customerId: 'c' }
const places = { seats: ['A-1'], areas: [{ area: 'floor', quantity: 2 }] }

const bestAvailable = { category: null, quantity: 2, together: 'preferred', accessible: false }

const sampleCommands: ShowCommand[] = [
  { type: 'ScheduleShow', data: terms },
  { type: 'HoldSeats', data: { ...reservation, ...places, bestAvailable: null } },
  { type: 'HoldSeats', data: { ...reservation, seats: [], areas: [], bestAvailable } },
  { type: 'ExtendHold', data: reservation },
  { type: 'ChangeSeats', data: { ...reservation, ...places, bestAvailable: { ...bestAvailable, category: 'front' } } },
  { type: 'PublishShow', data: { showId: '1.s' } },
  { type: 'PauseSales', data: { showId: '1.s', reason: 'technical' } },
  { type: 'ResumeSales', data: { showId: '1.s' } },
  { type: 'RescheduleShow', data: { showId: '1.s', salesFrom: 1, salesUntil: 2, startsAt: 3 } },
  { type: 'WithdrawPlaces', data: { showId: '1.s', ...places } },
  { type: 'AddPlaces', data: { showId: '1.s', ...places } },
  { type: 'ChangePlan', data: { showId: '1.s', planHash: 'ab' } },
  { type: 'CancelShow', data: { showId: '1.s', reason: 'artist-ill' } },
  { type: 'ReleaseHold', data: reservation },
  { type: 'CancelReservation', data: { ...reservation, customerId: null, reason: 'requested' } },
  { type: 'ConfirmReservation', data: { showId: '1.s', reservationId: '1.s.r', confirmedBy: 'box-office' } },
]
const heldPlaces = {
  seats: [{ seat: 'A-1', category: 'front', priceMinor: 1 }],
  areas: [{ area: 'floor', quantity: 2, category: 'front', priceMinor: 1 }],
}
const sampleEvents: ShowEvent[] = [
  { type: 'ShowScheduled', data: { ...terms, capacity: 738, scheduledAt: 4 } },
  {
    type: 'SeatsHeld',
    data: {
      ...reservation,
      ...heldPlaces,
      currency: 'EUR',
      totalMinor: 3,
      heldAt: 4,
      expiresAt: 5,
      notes: ['split'],
    },
  },
  { type: 'HoldReleased', data: { ...reservation, ...places, releasedAt: 4 } },
  { type: 'HoldExpired', data: { ...reservation, ...places, expiredAt: 4 } },
  { type: 'HoldExtended', data: { ...reservation, ...places, expiresAt: 9, extendedAt: 4 } },
  {
    type: 'SeatsChanged',
    data: {
      ...reservation,
      releasedSeats: ['A-2'],
      releasedAreas: [],
      ...heldPlaces,
      currency: 'EUR',
      totalMinor: 3,
      expiresAt: 5,
      notes: ['orphan-left'],
      changedAt: 4,
    },
  },
  { type: 'ShowPublished', data: { showId: '1.s', publishedAt: 4 } },
  { type: 'SalesPaused', data: { showId: '1.s', reason: 'technical', pausedAt: 4 } },
  { type: 'SalesResumed', data: { showId: '1.s', resumedAt: 4 } },
  { type: 'ShowRescheduled', data: { showId: '1.s', salesFrom: 1, salesUntil: 2, startsAt: 3, rescheduledAt: 4 } },
  { type: 'PlacesWithdrawn', data: { showId: '1.s', ...places, capacity: 7, withdrawnAt: 4 } },
  { type: 'PlacesAdded', data: { showId: '1.s', ...places, capacity: 7, addedAt: 4 } },
  {
    type: 'PlanChanged',
    data: { showId: '1.s', previousPlanHash: 'ab', planHash: 'cd', capacity: 7, changedAt: 4 },
  },
  { type: 'ShowCancelled', data: { showId: '1.s', reason: 'artist-ill', reservations: 3, cancelledAt: 4 } },
  {
    type: 'ReservationConfirmed',
    data: { ...reservation, ...places, confirmedBy: 'box-office', currency: 'EUR', totalMinor: 3, confirmedAt: 4 },
  },
  {
    type: 'ReservationCancelled',
    data: { ...reservation, ...places, wasConfirmed: true, reason: 'requested', cancelledAt: 4 },
  },
]

test.each([...sampleCommands, ...sampleEvents].map((it) => [it.type, it.data] as const))(
  '%s goes through Avro as it is',
  (type, data) => {
    const codec = localCodec()
    const name = schemas.recordName[type]
    expect(codec.decode(codec.encode(name, data))).toEqual({ name, data })
  },
)
