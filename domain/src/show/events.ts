import type { AreaQuantity, RescheduleShow, ScheduleShow } from './commands.js'

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
  /** Of `Note`: what the customer should know of the choice. */
  notes: string[]
  /** The admission that it was made with, which is spent by it; null where none was needed. */
  admissionId: string | null
}

/**
 * split: the seats are not all side by side, though that was preferred; orphan-left: a single seat is left beside them (of
 * best available ones: because it could not be avoided; of named ones: where the show's orphanRule is not `off`).
 */
export type Note = 'split' | 'orphan-left'

export interface OfReservation {
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

export interface HoldExtended extends OfReservation {
  expiresAt: number
  extendedAt: number
}

/** Those released are free, then those held are the hold's: a place that is kept stands in both. */
export interface SeatsChanged {
  showId: string
  reservationId: string
  customerId: string
  /** All that it had. */
  releasedSeats: string[]
  releasedAreas: AreaQuantity[]
  /** All that it has now. */
  seats: HeldSeat[]
  areas: HeldArea[]
  currency: string
  totalMinor: number
  /** As before. */
  expiresAt: number
  notes: string[]
  changedAt: number
}

export interface ShowPublished {
  showId: string
  publishedAt: number
}

export interface SalesPaused {
  showId: string
  reason: string
  pausedAt: number
}

export interface SalesResumed {
  showId: string
  resumedAt: number
}

/** Holds end when they did before. */
export interface ShowRescheduled extends RescheduleShow {
  rescheduledAt: number
}

interface OfPlaces {
  showId: string
  seats: string[]
  areas: AreaQuantity[]
  /** Places of the show from now on. */
  capacity: number
}

export interface PlacesWithdrawn extends OfPlaces {
  withdrawnAt: number
}

export interface PlacesAdded extends OfPlaces {
  addedAt: number
}

/**
 * A seat of both plans stays as it is (free, held, sold or withdrawn), one of the new alone is free, one of the old alone is
 * gone. Areas have the places of the new plan.
 */
export interface PlanChanged {
  showId: string
  previousPlanHash: string
  planHash: string
  capacity: number
  changedAt: number
}

/** Each reservation that is live then ends with a ReservationCancelled of its own, which no command caused. */
export interface ShowCancelled {
  showId: string
  reason: string
  /** So many ReservationCancelled follow. */
  reservations: number
  cancelledAt: number
}

export interface AdmissionRequired {
  showId: string
  requiredAt: number
}

export interface AdmissionLifted {
  showId: string
  liftedAt: number
}

/** The reason of the ReservationCancelled that follow a ShowCancelled. */
export const showCancelledReason = 'show-cancelled'

export type ShowEvent =
  | { type: 'ShowScheduled'; data: ShowScheduled }
  | { type: 'SeatsHeld'; data: SeatsHeld }
  | { type: 'HoldReleased'; data: HoldReleased }
  | { type: 'HoldExpired'; data: HoldExpired }
  | { type: 'ReservationConfirmed'; data: ReservationConfirmed }
  | { type: 'ReservationCancelled'; data: ReservationCancelled }
  | { type: 'HoldExtended'; data: HoldExtended }
  | { type: 'SeatsChanged'; data: SeatsChanged }
  | { type: 'ShowPublished'; data: ShowPublished }
  | { type: 'SalesPaused'; data: SalesPaused }
  | { type: 'SalesResumed'; data: SalesResumed }
  | { type: 'ShowRescheduled'; data: ShowRescheduled }
  | { type: 'PlacesWithdrawn'; data: PlacesWithdrawn }
  | { type: 'PlacesAdded'; data: PlacesAdded }
  | { type: 'PlanChanged'; data: PlanChanged }
  | { type: 'ShowCancelled'; data: ShowCancelled }
  | { type: 'AdmissionRequired'; data: AdmissionRequired }
  | { type: 'AdmissionLifted'; data: AdmissionLifted }
