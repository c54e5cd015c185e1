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
  published?: boolean
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
  /** Events of an earlier version lack it. */
  admissionId?: string | null
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
  reason: string
}

export interface Extended extends OfReservation {
  expiresAt: number
  extendedAt: number
}

export interface Changed extends Omit<Held, 'heldAt' | 'admissionId'> {
  releasedSeats: string[]
  releasedAreas: { area: string; quantity: number }[]
  changedAt: number
}

export interface Rescheduled {
  showId: string
  salesFrom: number
  salesUntil: number
}

/** PlacesWithdrawn and PlacesAdded have this in common. */
export interface OfPlaces {
  showId: string
  seats: string[]
  areas: { area: string; quantity: number }[]
  capacity: number
}

export interface PlanChanged {
  showId: string
  previousPlanHash: string
  planHash: string
  capacity: number
}

export interface ShowCancelled {
  showId: string
  reservations: number
  cancelledAt: number
}

/** Why reservations of a cancelled show are cancelled: no command asks for each. */
export const showCancelledReason = 'show-cancelled'

export const eventName = {
  scheduled: 'onsale.reservation.events.ShowScheduled',
  held: 'onsale.reservation.events.SeatsHeld',
  released: 'onsale.reservation.events.HoldReleased',
  expired: 'onsale.reservation.events.HoldExpired',
  confirmed: 'onsale.reservation.events.ReservationConfirmed',
  cancelled: 'onsale.reservation.events.ReservationCancelled',
  extended: 'onsale.reservation.events.HoldExtended',
  changed: 'onsale.reservation.events.SeatsChanged',
  published: 'onsale.reservation.events.ShowPublished',
  paused: 'onsale.reservation.events.SalesPaused',
  resumed: 'onsale.reservation.events.SalesResumed',
  rescheduled: 'onsale.reservation.events.ShowRescheduled',
  withdrawn: 'onsale.reservation.events.PlacesWithdrawn',
  added: 'onsale.reservation.events.PlacesAdded',
  planChanged: 'onsale.reservation.events.PlanChanged',
  showCancelled: 'onsale.reservation.events.ShowCancelled',
  admissionRequired: 'onsale.reservation.events.AdmissionRequired',
  admissionLifted: 'onsale.reservation.events.AdmissionLifted',
} as const

/** Field that holds the log time of each. */
const timeField: Readonly<Record<string, string>> = {
  [eventName.scheduled]: 'scheduledAt',
  [eventName.held]: 'heldAt',
  [eventName.released]: 'releasedAt',
  [eventName.expired]: 'expiredAt',
  [eventName.confirmed]: 'confirmedAt',
  [eventName.cancelled]: 'cancelledAt',
  [eventName.extended]: 'extendedAt',
  [eventName.changed]: 'changedAt',
  [eventName.published]: 'publishedAt',
  [eventName.paused]: 'pausedAt',
  [eventName.resumed]: 'resumedAt',
  [eventName.rescheduled]: 'rescheduledAt',
  [eventName.withdrawn]: 'withdrawnAt',
  [eventName.added]: 'addedAt',
  [eventName.planChanged]: 'changedAt',
  [eventName.showCancelled]: 'cancelledAt',
  [eventName.admissionRequired]: 'requiredAt',
  [eventName.admissionLifted]: 'liftedAt',
}

export function showTimeOf(name: string, data: unknown): number | null {
  const field = timeField[name]
  return field === undefined ? null : ((data as Record<string, number>)[field] ?? null)
}

export const isShowEvent = (name: string) => (Object.values(eventName) as string[]).includes(name)
