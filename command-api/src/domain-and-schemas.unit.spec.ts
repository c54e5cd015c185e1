import { expect, test } from '@jest/globals'
import type { RoomCommand, RoomEvent, ShowCommand, ShowEvent } from '@onsale/domain'
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
  RequireAdmission: true,
  LiftAdmission: true,
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
  AdmissionRequired: true,
  AdmissionLifted: true,
}
const roomCommands: {
  [Type in RoomCommand['type']]: Same<DataOf<RoomCommand, Type>, schemas.Records[`onsale.queue.commands.${Type}`]>
} = {
  ScheduleRoom: true,
  OpenRoom: true,
  PauseRoom: true,
  ResumeRoom: true,
  CloseRoom: true,
  ChangeRoom: true,
  EnterRoom: true,
  LeaveRoom: true,
  ClaimTerm: true,
  AdmitVisitors: true,
  DropAbsent: true,
  ReportStock: true,
}
const roomEvents: {
  [Type in RoomEvent['type']]: Same<DataOf<RoomEvent, Type>, schemas.Records[`onsale.queue.events.${Type}`]>
} = {
  RoomScheduled: true,
  LobbyOpened: true,
  EntryJoined: true,
  PlaceKept: true,
  EntryLeft: true,
  PlaceForfeited: true,
  EntrySkipped: true,
  DrawHeld: true,
  PlacesDrawn: true,
  RoomPaused: true,
  RoomResumed: true,
  RoomClosed: true,
  RoomChanged: true,
  TermClaimed: true,
  AdmissionGranted: true,
  AdmissionRedeemed: true,
  AdmissionSpent: true,
  AdmissionCompleted: true,
  AdmissionExpired: true,
  StockReported: true,
}

test('every command and event of the domain has a schema, and every schema is one of the domain’s', () => {
  const named = (context: string, kind: string) =>
    [...schemas.schemas.values()]
      .filter((entry) => entry.kind === kind && entry.context === context)
      .map(({ schema }) => schema.name)
      .sort()
  expect(Object.keys(commands).sort()).toEqual(named('reservation', 'command'))
  expect(Object.keys(events).sort()).toEqual(named('reservation', 'event'))
  expect(Object.keys(roomCommands).sort()).toEqual(named('queue', 'command'))
  expect(Object.keys(roomEvents).sort()).toEqual(named('queue', 'event'))
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
  { type: 'HoldSeats', data: { ...reservation, ...places, bestAvailable: null, admission: null } },
  {
    type: 'HoldSeats',
    data: {
      ...reservation,
      seats: [],
      areas: [],
      bestAvailable,
      admission: { entryId: '1.s.7', expiresAt: 9, proof: 'ab' },
    },
  },
  { type: 'RequireAdmission', data: { showId: '1.s' } },
  { type: 'LiftAdmission', data: { showId: '1.s' } },
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
  { type: 'AdmissionRequired', data: { showId: '1.s', requiredAt: 4 } },
  { type: 'AdmissionLifted', data: { showId: '1.s', liftedAt: 4 } },
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
      admissionId: '1.s.7',
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

const room = { showId: '1.s' }
const settings = { ratePerMinute: 1_200, slots: 150, admissionMs: 60_000, graceMs: 60_000, priorityPercent: 0 }
const times = { lobbyFrom: 1, opensAt: 2 }
const entry = { ...room, entryId: '1.s.7', customerId: 'c' }
const stock = { fromVersion: 1, showVersion: 3, showOffset: 9, freePlaces: 7, perCustomerLimit: 4 }
const sampleRoomCommands: RoomCommand[] = [
  { type: 'ScheduleRoom', data: { ...room, commitment: 'ab', ...times, ...settings } },
  { type: 'OpenRoom', data: { ...room, seed: 'ab' } },
  { type: 'PauseRoom', data: { ...room, reason: 'technical', stop: true } },
  { type: 'ResumeRoom', data: room },
  { type: 'CloseRoom', data: { ...room, reason: 'sold-out' } },
  { type: 'ChangeRoom', data: { ...room, ...times, ...settings, reason: 'calm' } },
  { type: 'EnterRoom', data: { ...room, customerId: 'c', lane: 'standard' } },
  { type: 'LeaveRoom', data: { ...room, customerId: 'c' } },
  { type: 'ClaimTerm', data: { ...room, controllerId: 'x' } },
  { type: 'AdmitVisitors', data: { ...room, term: 1, most: 5 } },
  { type: 'DropAbsent', data: { ...room, term: 1, entries: [{ entryId: '1.s.7', lastSeenAt: 5 }] } },
  {
    type: 'ReportStock',
    data: { ...room, ...stock, changes: [{ entryId: '1.s.7', reservation: 'held', places: 2 }] },
  },
]
const sampleRoomEvents: RoomEvent[] = [
  { type: 'RoomScheduled', data: { ...room, commitment: 'ab', ...times, ...settings, scheduledAt: 4 } },
  { type: 'LobbyOpened', data: { ...room, openedAt: 4 } },
  { type: 'EntryJoined', data: { ...entry, lane: 'standard', place: null, joinedAt: 4 } },
  { type: 'EntryJoined', data: { ...entry, lane: 'priority', place: 0, joinedAt: 4 } },
  { type: 'PlaceKept', data: { ...entry, status: 'admitted', expiresAt: 5, keptAt: 4 } },
  { type: 'EntryLeft', data: { ...entry, keptUntil: 5, leftAt: 4 } },
  { type: 'PlaceForfeited', data: { ...entry, forfeitedAt: 4 } },
  { type: 'EntrySkipped', data: { ...entry, lastSeenAt: 3, skippedAt: 4 } },
  { type: 'DrawHeld', data: { ...room, seed: 'ab', lobbyDigest: 'cd', entries: 3, heldAt: 4 } },
  { type: 'PlacesDrawn', data: { ...room, firstPlace: 0, entries: [2, 0, 1], drawnAt: 4 } },
  { type: 'RoomPaused', data: { ...room, reason: 'technical', stopped: false, pausedAt: 4 } },
  { type: 'RoomResumed', data: { ...room, resumedAt: 4 } },
  { type: 'RoomClosed', data: { ...room, reason: 'sold-out', waiting: 3, closedAt: 4 } },
  { type: 'RoomChanged', data: { ...room, ...times, ...settings, reason: 'calm', changedAt: 4 } },
  { type: 'TermClaimed', data: { ...room, term: 2, controllerId: 'x', claimedAt: 4 } },
  {
    type: 'AdmissionGranted',
    data: {
      ...{ ...entry, lane: 'standard', place: 3, term: 2, stockVersion: 3, stockOffset: 9, freePlaces: 7 },
      ...{ unspentPlaces: 4, openAdmissions: 2, admittedAt: 4, expiresAt: 5 },
    },
  },
  { type: 'AdmissionRedeemed', data: { ...entry, places: 2, redeemedAt: 4 } },
  { type: 'AdmissionSpent', data: { ...entry, places: 3, spentAt: 4 } },
  { type: 'AdmissionCompleted', data: { ...entry, places: 3, completedAt: 4 } },
  { type: 'AdmissionExpired', data: { ...entry, reason: 'no-show', expiredAt: 4 } },
  { type: 'StockReported', data: { ...room, ...stock, reportedAt: 4 } },
]

const samples = [...sampleCommands, ...sampleEvents, ...sampleRoomCommands, ...sampleRoomEvents]
test.each(samples.map((it) => [it.type, it.data] as const))('%s goes through Avro as it is', (type, data) => {
  const codec = localCodec()
  const name = schemas.recordName[type]
  expect(codec.decode(codec.encode(name, data))).toEqual({ name, data })
})
