import type { Plan } from '@onsale/domain'
import type { JournalRecord } from '@onsale/platform/log'
import { recordName } from '@onsale/schemas'
import type { Decoded } from '../runtime/fold.js'
import type { DomainEventType, JournalEvent, JournalTypes } from '../runtime/index.js'

export const showId = '0.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
export const reservationId = `${showId}.0193a3c2-0000-7000-8000-000000000001`
export const planHash = 'a'.repeat(64)
export const claimId = '0193a3c2-0000-7000-8000-00000000c1a1'

/** Two rows of two seats in one section, and a floor of 100 places. */
export const plan: Plan = {
  name: 'Small hall',
  focalPoint: { x: 0, y: 0 },
  categories: [
    { id: 'A', name: 'Front', color: '#ff0000' },
    { id: 'B', name: 'Floor', color: '#00ff00' },
  ],
  sections: [
    {
      id: 'S',
      name: 'Stalls',
      rows: ['1', '2'].map((row) => ({
        id: `S-${row}`,
        name: row,
        seats: ['1', '2'].map((number) => ({
          id: `S-${row}-${number}`,
          number,
          category: 'A',
          x: Number(number),
          y: Number(row),
        })),
      })),
    },
  ],
  areas: [{ id: 'F', name: 'Floor', category: 'B', capacity: 100 }],
}

export const newPlanHash = 'c'.repeat(64)
/** One row less and one more in front, in which a wheelchair stands beside a companion; the floor is smaller, the balcony is new. */
export const newPlan: Plan = {
  ...plan,
  name: 'Small hall, rebuilt',
  categories: [...plan.categories, { id: 'C', name: 'Balcony', color: '#0000ff' }],
  sections: [
    {
      id: 'S',
      name: 'Parterre',
      rows: [
        {
          id: 'S-0',
          name: '0',
          seats: [
            { id: 'S-0-1', number: '1', category: 'A', x: 1, y: 0, accessible: 'wheelchair' },
            { id: 'S-0-2', number: '2', category: 'A', x: 2, y: 0, accessible: 'companion' },
          ],
        },
        ...(plan.sections[0]?.rows.slice(0, 1) ?? []),
      ],
    },
  ],
  areas: [
    { id: 'Y', name: 'Balcony', category: 'C', capacity: 10 },
    { id: 'F', name: 'Floor, front', category: 'B', capacity: 50 },
  ],
}

export const scheduled: JournalTypes['ShowScheduled'] = {
  showId,
  planHash,
  title: 'A night',
  currency: 'EUR',
  prices: [
    { category: 'A', priceMinor: 5_000 },
    { category: 'B', priceMinor: 2_500 },
  ],
  perCustomerLimit: 8,
  holdMs: 300_000,
  salesFrom: 1_000,
  salesUntil: 9_000_000,
  startsAt: 9_000_000,
  orphanRule: 'off',
  published: true,
  capacity: 104,
  scheduledAt: 500,
}

export const held: JournalTypes['SeatsHeld'] = {
  showId,
  reservationId,
  customerId: 'customer-1',
  seats: [{ seat: 'S-1-1', category: 'A', priceMinor: 5_000 }],
  areas: [{ area: 'F', quantity: 2, category: 'B', priceMinor: 2_500 }],
  currency: 'EUR',
  totalMinor: 10_000,
  heldAt: 61_000,
  expiresAt: 361_000,
  notes: [],
  admissionId: null,
}

const of = { showId, reservationId, customerId: 'customer-1', seats: ['S-1-1'], areas: [{ area: 'F', quantity: 2 }] }
export const released: JournalTypes['HoldReleased'] = { ...of, releasedAt: 62_000 }
export const expired: JournalTypes['HoldExpired'] = { ...of, expiredAt: 361_000 }
export const confirmed: JournalTypes['ReservationConfirmed'] = {
  ...of,
  confirmedBy: 'box-office',
  currency: 'EUR',
  totalMinor: 10_000,
  confirmedAt: 63_000,
}
export const cancelled: JournalTypes['ReservationCancelled'] = {
  ...of,
  wasConfirmed: true,
  reason: 'customer',
  cancelledAt: 125_000,
}

export const extended: JournalTypes['HoldExtended'] = { ...of, expiresAt: 661_000, extendedAt: 300_000 }
/** The other seat of the row instead of the first and a place on the floor. */
export const changed: JournalTypes['SeatsChanged'] = {
  showId,
  reservationId,
  customerId: 'customer-1',
  releasedSeats: ['S-1-1'],
  releasedAreas: [{ area: 'F', quantity: 2 }],
  seats: [
    { seat: 'S-1-1', category: 'A', priceMinor: 5_000 },
    { seat: 'S-1-2', category: 'A', priceMinor: 5_000 },
  ],
  areas: [{ area: 'F', quantity: 1, category: 'B', priceMinor: 2_500 }],
  currency: 'EUR',
  totalMinor: 12_500,
  expiresAt: 361_000,
  notes: ['orphan-left'],
  changedAt: 125_000,
}
export const withdrawn: JournalTypes['PlacesWithdrawn'] = {
  showId,
  seats: ['S-2-1', 'S-2-2'],
  areas: [{ area: 'F', quantity: 30 }],
  capacity: 72,
  withdrawnAt: 70_000,
}
export const added: JournalTypes['PlacesAdded'] = {
  showId,
  seats: ['S-2-2'],
  areas: [{ area: 'F', quantity: 5 }],
  capacity: 78,
  addedAt: 80_000,
}
export const planChanged: JournalTypes['PlanChanged'] = {
  showId,
  previousPlanHash: planHash,
  planHash: newPlanHash,
  capacity: 64,
  changedAt: 90_000,
}
export const showCancelled: JournalTypes['ShowCancelled'] = {
  showId,
  reason: 'artist-ill',
  reservations: 1,
  cancelledAt: 95_000,
}

/** An event as it comes from the journal. Domain events stand in the show's stream; version and offsets as given. */
export function journalEvent<Type extends keyof JournalTypes>(
  type: Type,
  data: JournalTypes[Type],
  more: Partial<JournalRecord> = {},
): JournalEvent<Type> {
  const inStream = (recordName[type] as string).includes('.events.')
  return {
    topic: 'test.reservation.events',
    partition: 0,
    offset: 0,
    name: recordName[type],
    type,
    data,
    subject: inStream ? showId : null,
    streamVersion: inStream ? 1 : null,
    claimId,
    commandId: null,
    commandOffset: null,
    callerId: null,
    correlationId: null,
    causationId: null,
    time: 0,
    appendedAt: 0,
    ...more,
  } as JournalEvent<Type>
}

/** A stream of one show: versions from 1, an offset and a command for each event. */
export function stream(...events: [DomainEventType, JournalTypes[DomainEventType]][]): JournalRecord[] {
  return events.map(([type, data], at) =>
    journalEvent(type, data as never, {
      offset: at + 1,
      streamVersion: at + 1,
      commandOffset: at,
      commandId: `c${at}`,
    }),
  )
}

export const decoded = (events: JournalRecord[]): Decoded[] =>
  events.map((event) => ({ offset: event.offset, claimId: event.claimId, event }))
