/**
 * A seating plan: what a hall looks like, with nothing of any show. It is stored once under the SHA-256 of its canonical
 * JSON; shows refer to it by that hash. Ids are unique within the plan and stable; names are for people.
 */
export interface Plan {
  readonly name: string
  /** Where people look: best seats are nearest to it. Same units as seat coordinates. */
  readonly focalPoint: { readonly x: number; readonly y: number }
  readonly categories: readonly PlanCategory[]
  readonly sections: readonly PlanSection[]
  readonly areas: readonly PlanArea[]
}

export interface PlanCategory {
  readonly id: string
  readonly name: string
  /** CSS hex colour. */
  readonly color: string
}

export interface PlanSection {
  readonly id: string
  readonly name: string
  readonly rows: readonly PlanRow[]
}

/** Seats stand in the order in which people sit side by side. */
export interface PlanRow {
  readonly id: string
  readonly name: string
  readonly seats: readonly PlanSeat[]
}

export interface PlanSeat {
  readonly id: string
  readonly number: string
  /** Category id. */
  readonly category: string
  readonly x: number
  readonly y: number
  /** A place for a wheelchair, or the seat beside one. Nobody is given either who did not ask; a companion seat is sold with a wheelchair place beside it. */
  readonly accessible?: AccessibleUse
}

export type AccessibleUse = 'wheelchair' | 'companion'

/** A general-admission area: places without numbers. */
export interface PlanArea {
  readonly id: string
  readonly name: string
  /** Category id. */
  readonly category: string
  readonly capacity: number
}
