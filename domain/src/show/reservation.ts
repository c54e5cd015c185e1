/** Places in an area, by its number. */
export interface AreaShare {
  readonly area: number
  readonly quantity: number
}

/** What a reservation has of a hall. */
export interface Places {
  /** Numbers of the PlanIndex, in the order of the event that gave them. */
  readonly seats: readonly number[]
  readonly areas: readonly AreaShare[]
  /** Seats plus places in areas. */
  readonly places: number
}

/** A live reservation as it was when it was asked for: it does not follow the show. */
export interface Reservation extends Places {
  readonly id: string
  readonly customerId: string
  /** Its place among the live ones, given again to another when it ends. */
  readonly slot: number
  readonly totalMinor: number
  readonly status: 'held' | 'confirmed'
  /** UTC ms. */
  readonly heldAt: number
  readonly extended: boolean
  /** UTC ms, exclusive; without meaning once confirmed. */
  readonly expiresAt: number
}
