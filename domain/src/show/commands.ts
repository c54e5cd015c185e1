/** Commands of a show, imperative. Times are UTC ms, money is minor units; the fields are those of the Avro records of the same name. */
export interface ScheduleShow {
  showId: string
  planHash: string
  title: string
  /** ISO 4217. */
  currency: string
  prices: CategoryPrice[]
  perCustomerLimit: number
  holdMs: number
  salesFrom: number
  salesUntil: number
  startsAt: number
}

export interface CategoryPrice {
  category: string
  priceMinor: number
}

export interface AreaQuantity {
  area: string
  quantity: number
}

/** Named seats and/or places in areas: all of them or none. */
export interface HoldSeats {
  showId: string
  /** Proposed by the sender; counts only where the command is accepted. */
  reservationId: string
  customerId: string
  seats: string[]
  areas: AreaQuantity[]
}

export interface ReleaseHold {
  showId: string
  reservationId: string
  customerId: string
}

export interface CancelReservation {
  showId: string
  reservationId: string
  /** Null where a trusted role asks: then whose reservation it is does not matter. */
  customerId: string | null
  reason: string
}

export interface ConfirmReservation {
  showId: string
  reservationId: string
  confirmedBy: string
}

export type ShowCommand =
  | { type: 'ScheduleShow'; data: ScheduleShow }
  | { type: 'HoldSeats'; data: HoldSeats }
  | { type: 'ReleaseHold'; data: ReleaseHold }
  | { type: 'CancelReservation'; data: CancelReservation }
  | { type: 'ConfirmReservation'; data: ConfirmReservation }
