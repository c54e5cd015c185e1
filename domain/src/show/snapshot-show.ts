import { inOrder } from '../in-order.js'
import type { PlanIndex } from '../venue/plan-index.js'
import { sharesOf } from './area-shares.js'
import type { EndedReservation, Ending } from './ended-reservations.js'
import type { SalesPaused, ShowCancelled, ShowScheduled } from './events.js'
import { assign, sell } from './occupy.js'
import { emptyShow, type Reservation, type ShowState, seatFree, seatWithdrawn } from './state.js'

/** slot, id, customer, seats, areas and quantities by turns, total, confirmed, held at, extended, expires at. */
export type ReservationRow = [number, string, string, readonly number[], number[], number, 0 | 1, number, 0 | 1, number]
/** id, customer, ending. */
export type EndedRow = [string, string, Ending]

/** Parts of one show; seats and areas by their numbers in the plan that the terms name. What follows from these is left out. */
export type ShowPart =
  | {
      part: 'show'
      version: number
      terms: Readonly<ShowScheduled>
      paused: SalesPaused | null
      cancelled: ShowCancelled | null
      withdrawn: number[]
      areaCapacity: number[]
      slots: number
      freeSlots: number[]
      reservations: number
      ended: number
      admissionRequired: boolean
      redeemed: number
    }
  | { part: 'reservations'; rows: ReservationRow[] }
  | { part: 'ended'; rows: EndedRow[] }
  /** Numbers of admissions that are spent. */
  | { part: 'redeemed'; numbers: number[] }

/** A snapshot that contradicts itself, or lacks a part. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError'
}

const rowsEach = 500
const numbersEach = 10_000

/**
 * The show as it is now, whatever becomes of it while the parts are taken: what can change is copied at once, which takes some
 * ns a reservation; the rows, which take longer, are made as they are asked for. In the order of the slots, which the journal determines,
 * not of any Map.
 */
export function showParts(state: ShowState, version: number): Iterable<ShowPart> {
  const withdrawn: number[] = []
  state.seatStatus.forEach((status, seat) => {
    if (status === seatWithdrawn) withdrawn.push(seat)
  })
  const head: ShowPart = {
    part: 'show',
    version,
    terms: inOrder(state.terms),
    paused: inOrder(state.paused),
    cancelled: inOrder(state.cancelled),
    withdrawn,
    areaCapacity: [...state.areaCapacity],
    slots: state.slots.length,
    freeSlots: [...state.freeSlots],
    reservations: state.reservations.size,
    ended: state.ended.size,
    admissionRequired: state.admission.required,
    redeemed: state.admission.redeemed.size,
  }
  return partsOf(head, new CopiedSlots(state.slots), state.ended.entries(), [...state.admission.redeemed])
}

function* partsOf(
  head: ShowPart,
  slots: CopiedSlots,
  ended: [string, EndedReservation][],
  redeemed: number[],
): Generator<ShowPart> {
  yield head
  for (let from = 0; from < slots.length; from += rowsEach) {
    const rows = slots.rows(from, rowsEach)
    if (rows.length > 0) yield { part: 'reservations', rows }
  }
  for (let from = 0; from < ended.length; from += rowsEach) {
    const rows = ended
      .slice(from, from + rowsEach)
      .map(([id, { customerId, ending }]): EndedRow => [id, customerId, ending])
    yield { part: 'ended', rows }
  }
  for (let from = 0; from < redeemed.length; from += numbersEach) {
    yield { part: 'redeemed', numbers: redeemed.slice(from, from + numbersEach) }
  }
}

/** The slots as they were. What changes of a reservation does so by being replaced: it is kept beside it. */
class CopiedSlots {
  private readonly slots: readonly (Reservation | null)[]
  private readonly seats: Reservation['seats'][]
  private readonly areas: Reservation['areas'][]
  private readonly totalMinor: Float64Array
  private readonly expiresAt: Float64Array
  private readonly confirmedOrExtended: Uint8Array

  constructor(slots: readonly (Reservation | null)[]) {
    this.slots = slots.slice()
    this.seats = new Array(slots.length)
    this.areas = new Array(slots.length)
    this.totalMinor = new Float64Array(slots.length)
    this.expiresAt = new Float64Array(slots.length)
    this.confirmedOrExtended = new Uint8Array(slots.length)
    for (let slot = 0; slot < slots.length; slot++) {
      const one = slots[slot]
      if (!one) continue
      this.seats[slot] = one.seats
      this.areas[slot] = one.areas
      this.totalMinor[slot] = one.totalMinor
      this.expiresAt[slot] = one.expiresAt
      this.confirmedOrExtended[slot] = (one.status === 'confirmed' ? 1 : 0) + (one.extended ? 2 : 0)
    }
  }

  get length(): number {
    return this.slots.length
  }

  rows(from: number, limit: number): ReservationRow[] {
    const rows: ReservationRow[] = []
    for (let slot = from; slot < Math.min(from + limit, this.length); slot++) {
      const one = this.slots[slot]
      if (one) rows.push(this.row(slot, one))
    }
    return rows
  }

  private row(slot: number, { id, customerId, heldAt }: Reservation): ReservationRow {
    const seats = this.seats[slot]!
    const areas = this.areas[slot]!.flatMap(({ area, quantity }) => [area, quantity])
    const [totalMinor, expiresAt] = [this.totalMinor[slot]!, this.expiresAt[slot]!]
    const bits = this.confirmedOrExtended[slot]!
    const [confirmed, extended] = [bits & 1 ? 1 : 0, bits & 2 ? 1 : 0] as const
    return [slot, id, customerId, seats, areas, totalMinor, confirmed, heldAt, extended, expiresAt]
  }
}

/** Builds a show again from its parts, in their order. */
export class ShowRestore {
  private readonly state: ShowState

  constructor(
    private readonly head: Extract<ShowPart, { part: 'show' }>,
    plan: PlanIndex,
  ) {
    this.state = emptyShow(head.terms, plan)
    const { state } = this
    state.paused = head.paused
    state.cancelled = head.cancelled
    state.admission.required = head.admissionRequired
    if (head.areaCapacity.length !== state.areaCapacity.length) this.fail('its areas are not those of its plan')
    state.areaCapacity.set(head.areaCapacity)
    for (let slot = 0; slot < head.slots; slot++) state.slots.push(null)
    state.freeSlots.push(...head.freeSlots)
    for (const seat of head.withdrawn) state.seatStatus[seat] = seatWithdrawn
  }

  take(part: Exclude<ShowPart, { part: 'show' }>): void {
    if (part.part === 'redeemed') {
      const { redeemed } = this.state.admission
      for (const number of part.numbers) {
        if (redeemed.has(number)) this.fail(`admission ${number} spent twice`)
        redeemed.add(number)
      }
    } else if (part.part === 'ended') {
      for (const [id, customerId, ending] of part.rows) {
        if (this.state.ended.get(id)) this.fail(`${id} ended twice`)
        this.state.ended.add(id, { customerId, ending })
      }
    } else for (const row of part.rows) this.reserve(row)
  }

  finish(): ShowState {
    const { state, head } = this
    if (state.reservations.size !== head.reservations) this.fail(`${state.reservations.size} reservations`)
    if (state.ended.size !== head.ended) this.fail(`${state.ended.size} ended reservations`)
    if (state.admission.redeemed.size !== head.redeemed) this.fail(`${state.admission.redeemed.size} admissions spent`)
    if (head.reservations + head.freeSlots.length !== head.slots) this.fail(`${head.slots} slots`)
    state.freeSeats.give([...state.seatStatus.keys()].filter((seat) => state.seatStatus[seat] === seatFree))
    return state
  }

  private reserve(row: ReservationRow): void {
    const { state } = this
    const [slot, id, customerId, seats, shares, totalMinor, confirmed, heldAt, extended, expiresAt] = row
    const areas = sharesOf(
      Array.from({ length: shares.length / 2 }, (_, at) => ({ area: shares[2 * at]!, quantity: shares[2 * at + 1]! })),
    )
    const places = areas.reduce((sum, { quantity }) => sum + quantity, seats.length)
    const reservation: Reservation = {
      ...{ id, customerId, slot, seats, areas, places, totalMinor, status: 'held', heldAt, expiresAt },
      extended: extended === 1,
      queuedAt: -1,
    }
    if (state.slots[slot] !== null) this.fail(`slot ${slot} of ${id}`)
    for (const seat of seats) if (state.seatStatus[seat] !== seatFree) this.fail(`seat ${seat} of ${id} is not free`)
    state.slots[slot] = reservation
    state.reservations.set(id, reservation)
    assign(state, reservation)
    if (confirmed === 0) {
      state.holds.add(reservation)
      return
    }
    reservation.status = 'confirmed'
    sell(state, reservation)
  }

  private fail(what: string): never {
    throw new SnapshotError(`show ${this.state.terms.showId}: ${what}`)
  }
}
