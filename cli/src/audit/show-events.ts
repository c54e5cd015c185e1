/** The events of a show as the audit reads them: written down here once more, on purpose, from the Avro schemas. */
export interface Scheduled {
  showId: string
  planHash: string
  currency: string
  prices: { category: string; priceMinor: number }[]
  perCustomerLimit: number
  holdMs: number
  salesFrom: number
  salesUntil: number
  capacity: number
  scheduledAt: number
}

export interface Held {
  showId: string
  reservationId: string
  customerId: string
  seats: { seat: string; category: string; priceMinor: number }[]
  areas: { area: string; quantity: number; category: string; priceMinor: number }[]
  currency: string
  totalMinor: number
  heldAt: number
  expiresAt: number
}

/** HoldReleased, HoldExpired, ReservationConfirmed and ReservationCancelled have this in common. */
export interface OfReservation {
  showId: string
  reservationId: string
  customerId: string
  seats: string[]
  areas: { area: string; quantity: number }[]
}

export interface Expired extends OfReservation {
  expiredAt: number
}

export interface Confirmed extends OfReservation {
  currency: string
  totalMinor: number
  confirmedAt: number
}

export interface Cancelled extends OfReservation {
  wasConfirmed: boolean
}

export const eventName = {
  scheduled: 'onsale.reservation.events.ShowScheduled',
  held: 'onsale.reservation.events.SeatsHeld',
  released: 'onsale.reservation.events.HoldReleased',
  expired: 'onsale.reservation.events.HoldExpired',
  confirmed: 'onsale.reservation.events.ReservationConfirmed',
  cancelled: 'onsale.reservation.events.ReservationCancelled',
} as const

export const journalName = {
  claimed: 'onsale.journal.OwnerClaimed',
  rejected: 'onsale.journal.CommandRejected',
  repeated: 'onsale.journal.CommandRepeated',
} as const

/** Field that holds the log time of each record but OwnerClaimed, whose time is its owner's wall clock. */
const timeField: Readonly<Record<string, string>> = {
  [eventName.scheduled]: 'scheduledAt',
  [eventName.held]: 'heldAt',
  [eventName.released]: 'releasedAt',
  [eventName.expired]: 'expiredAt',
  [eventName.confirmed]: 'confirmedAt',
  [eventName.cancelled]: 'cancelledAt',
  [journalName.rejected]: 'decidedAt',
  [journalName.repeated]: 'decidedAt',
}

/** UTC ms; null for records that carry no log time. */
export function logTimeOf(name: string, data: unknown): number | null {
  const field = timeField[name]
  return field === undefined ? null : ((data as Record<string, number>)[field] ?? null)
}

export const isShowEvent = (name: string) => (Object.values(eventName) as string[]).includes(name)
