import type { AreaQuantity, ScheduleShow } from './commands.js'

/** Events of a show, past tense. Every event names the places that it concerns, so that a reader needs no earlier one. */
export interface ShowScheduled extends ScheduleShow {
  /** Seats plus places in areas. */
  capacity: number
  scheduledAt: number
}

export interface HeldSeat {
  seat: string
  category: string
  priceMinor: number
}

export interface HeldArea {
  area: string
  quantity: number
  category: string
  /** For one place. */
  priceMinor: number
}

export interface SeatsHeld {
  showId: string
  reservationId: string
  customerId: string
  seats: HeldSeat[]
  areas: HeldArea[]
  currency: string
  totalMinor: number
  heldAt: number
  /** The hold ends here, exclusive. */
  expiresAt: number
}

interface OfReservation {
  showId: string
  reservationId: string
  customerId: string
  seats: string[]
  areas: AreaQuantity[]
}

export interface HoldReleased extends OfReservation {
  releasedAt: number
}

export interface HoldExpired extends OfReservation {
  expiredAt: number
}

export interface ReservationConfirmed extends OfReservation {
  confirmedBy: string
  currency: string
  totalMinor: number
  confirmedAt: number
}

export interface ReservationCancelled extends OfReservation {
  wasConfirmed: boolean
  reason: string
  cancelledAt: number
}

export type ShowEvent =
  | { type: 'ShowScheduled'; data: ShowScheduled }
  | { type: 'SeatsHeld'; data: SeatsHeld }
  | { type: 'HoldReleased'; data: HoldReleased }
  | { type: 'HoldExpired'; data: HoldExpired }
  | { type: 'ReservationConfirmed'; data: ReservationConfirmed }
  | { type: 'ReservationCancelled'; data: ReservationCancelled }
