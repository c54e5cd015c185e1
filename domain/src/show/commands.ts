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
  /** What a choice of named seats that leaves an avoidable single seat meets: one of `orphanRules`. */
  orphanRule: string
  /** False: nothing can be held before PublishShow. */
  published: boolean
}

/** off: nothing; warn: it is held, with the note `orphan-left`; refuse: `orphan-seat`, with the seats to take instead. */
export const orphanRules = ['off', 'warn', 'refuse'] as const

export interface CategoryPrice {
  category: string
  priceMinor: number
}

export interface AreaQuantity {
  area: string
  quantity: number
}

/** Seats that the decision chooses: docs/decisions/0006. */
export interface BestAvailable {
  /** Null: of any category. */
  category: string | null
  quantity: number
  /** required: side by side in one row or nothing; preferred: else in as few groups as can be. */
  together: string
  /** True: at least one wheelchair place; false: neither wheelchair nor companion places. */
  accessible: boolean
}

/** What a reservation is to have: named seats or the best available ones, not both, and/or places in areas; all of them or none. */
export interface Choice {
  seats: string[]
  areas: AreaQuantity[]
  bestAvailable: BestAvailable | null
}

export interface HoldSeats extends Choice {
  showId: string
  /** Proposed by the sender; counts only where the command is accepted. */
  reservationId: string
  customerId: string
  /** Needed where the show has a waiting room. */
  admission: AdmissionProof | null
}

/** That the show's waiting room has admitted a customer: once, and not for long. */
export interface AdmissionProof {
  /** `<showId>.<n>` */
  entryId: string
  /** Exclusive. */
  expiresAt: number
  /** Over `admissionText`. */
  proof: string
}

/** Lengthens a hold by the show's hold length; once. */
export interface ExtendHold {
  showId: string
  reservationId: string
  customerId: string
}

/** All that the hold is to have instead of what it has; or it stays as it is. What it has counts as free for the choice. */
export interface ChangeSeats extends Choice {
  showId: string
  reservationId: string
  customerId: string
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

export interface PublishShow {
  showId: string
}

/** Holds are refused until ResumeSales; what is held can be paid for, extended and let go. */
export interface PauseSales {
  showId: string
  reason: string
}

export interface ResumeSales {
  showId: string
}

export interface RescheduleShow {
  showId: string
  salesFrom: number
  salesUntil: number
  startsAt: number
}

/** Takes free places out of the sale. */
export interface WithdrawPlaces {
  showId: string
  seats: string[]
  areas: AreaQuantity[]
}

/** Puts withdrawn seats back, and more places into areas; these may grow past the plan. */
export interface AddPlaces {
  showId: string
  seats: string[]
  areas: AreaQuantity[]
}

/** The new plan has every seat that is held or sold, in the same category, and room in its areas for what is taken there. */
export interface ChangePlan {
  showId: string
  planHash: string
}

/** Ends the sale for good, and every reservation. */
export interface CancelShow {
  showId: string
  reason: string
}

/** From now on holds are for those alone whom the waiting room has admitted. What is held stays so. */
export interface RequireAdmission {
  showId: string
}

export interface LiftAdmission {
  showId: string
}

export type ShowCommand =
  | { type: 'ScheduleShow'; data: ScheduleShow }
  | { type: 'HoldSeats'; data: HoldSeats }
  | { type: 'ExtendHold'; data: ExtendHold }
  | { type: 'ChangeSeats'; data: ChangeSeats }
  | { type: 'ReleaseHold'; data: ReleaseHold }
  | { type: 'CancelReservation'; data: CancelReservation }
  | { type: 'ConfirmReservation'; data: ConfirmReservation }
  | { type: 'PublishShow'; data: PublishShow }
  | { type: 'PauseSales'; data: PauseSales }
  | { type: 'ResumeSales'; data: ResumeSales }
  | { type: 'RescheduleShow'; data: RescheduleShow }
  | { type: 'WithdrawPlaces'; data: WithdrawPlaces }
  | { type: 'AddPlaces'; data: AddPlaces }
  | { type: 'ChangePlan'; data: ChangePlan }
  | { type: 'CancelShow'; data: CancelShow }
  | { type: 'RequireAdmission'; data: RequireAdmission }
  | { type: 'LiftAdmission'; data: LiftAdmission }
