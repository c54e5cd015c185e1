import { inOrder } from '../in-order.js'
import type { PlanIndex } from '../venue/plan-index.js'
import type { EndedReservation, Ending } from './ended-reservations.js'
import type { SalesPaused, ShowCancelled, ShowScheduled } from './events.js'
import { assign, sell } from './occupy.js'
import { type ReadReservations, reservationAt } from './reservation-columns.js'
import { emptyShow, type ShowState, seatFree, seatWithdrawn } from './state.js'

/** slot, id, customer, seats, areas and quantities by turns, total, confirmed, held at, extended, expires at. */
export type ReservationRow = [number, string, string, readonly number[], number[], number, 0 | 1, number, 0 | 1, number]
/** id, customer, ending. */
export type EndedRow = [string, string, Ending]

type ShowHead = Extract<ShowPart, { part: 'show' }>

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
      freeSlots: number
      reservations: number
      ended: number
      admissionRequired: boolean
      redeemed: number
    }
  /** In the order in which they became free. */
  | { part: 'free-slots'; slots: number[] }
  | { part: 'reservations'; rows: ReservationRow[] }
  | { part: 'ended'; rows: EndedRow[] }
  /** Numbers of admissions that are spent. */
  | { part: 'redeemed'; numbers: number[] }

/** What comes after a show's head. */
export type PartOfShow = Exclude<ShowPart, ShowHead>

export const isOfShow = (part: { part: string }): part is PartOfShow =>
  ['reservations', 'free-slots', 'ended', 'redeemed'].includes(part.part)

/** A snapshot that contradicts itself, or lacks a part. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError'
}

const rowsEach = 500
const numbersEach = 10_000

/**
 * The show as it is now, whatever becomes of it while the parts are taken: the columns are frozen at once, which
 * copies next to nothing; the rows, which take longer, are made as they are asked for. In the order of the slots, which the journal
 * determines.
 */
export function showParts(state: ShowState, version: number): Iterable<ShowPart> {
  const withdrawn: number[] = []
  state.seatStatus.forEach((status, seat) => {
    if (status === seatWithdrawn) withdrawn.push(seat)
  })
  const { slots, freeSlots } = state.reservations
  const head: ShowHead = {
    part: 'show',
    version,
    terms: inOrder(state.terms),
    paused: inOrder(state.paused),
    cancelled: inOrder(state.cancelled),
    withdrawn,
    areaCapacity: [...state.areaCapacity],
    slots,
    freeSlots: freeSlots.length,
    reservations: state.reservations.size,
    ended: state.ended.size,
    admissionRequired: state.admission.required,
    redeemed: state.admission.redeemed.size,
  }
  return partsOf(head, {
    reservations: state.reservations.frozen(),
    freeSlots: [...freeSlots],
    ended: state.ended.entries(),
    redeemed: [...state.admission.redeemed],
  })
}

/** What belongs to a head, as it is now. */
interface Rest {
  reservations: ReadReservations
  freeSlots: number[]
  ended: Iterable<[id: string, ended: EndedReservation]>
  redeemed: number[]
}

function* partsOf(head: ShowHead, { reservations, freeSlots, ended, redeemed }: Rest): Generator<ShowPart> {
  yield head
  for (let from = 0; from < head.slots; from += rowsEach) {
    const rows = rowsOf(reservations, from, Math.min(from + rowsEach, head.slots))
    if (rows.length > 0) yield { part: 'reservations', rows }
  }
  for (const slots of inPieces(freeSlots)) yield { part: 'free-slots', slots }
  let rows: EndedRow[] = []
  for (const [id, { customerId, ending }] of ended) {
    if (rows.push([id, customerId, ending]) < rowsEach) continue
    yield { part: 'ended', rows }
    rows = []
  }
  if (rows.length > 0) yield { part: 'ended', rows }
  for (const numbers of inPieces(redeemed)) yield { part: 'redeemed', numbers }
}

function* inPieces(numbers: readonly number[]): Generator<number[]> {
  for (let from = 0; from < numbers.length; from += numbersEach) yield numbers.slice(from, from + numbersEach)
}

function rowsOf(reservations: ReadReservations, from: number, to: number): ReservationRow[] {
  const rows: ReservationRow[] = []
  for (let slot = from; slot < to; slot++) {
    const one = reservationAt(reservations, slot)
    if (!one) continue
    const { id, customerId, seats, totalMinor, heldAt, expiresAt } = one
    const areas = one.areas.flatMap(({ area, quantity }) => [area, quantity])
    const confirmed = one.status === 'confirmed' ? 1 : 0
    rows.push([slot, id, customerId, seats, areas, totalMinor, confirmed, heldAt, one.extended ? 1 : 0, expiresAt])
  }
  return rows
}

/** Builds a show again from its parts, in their order. */
export class ShowRestore {
  private readonly state: ShowState

  constructor(
    private readonly head: ShowHead,
    plan: PlanIndex,
  ) {
    this.state = emptyShow(head.terms, plan)
    const { state } = this
    state.paused = head.paused
    state.cancelled = head.cancelled
    state.admission.required = head.admissionRequired
    if (head.areaCapacity.length !== state.areaCapacity.length) this.fail('its areas are not those of its plan')
    state.areaCapacity.set(head.areaCapacity)
    state.reservations.give(head.slots)
    for (const seat of head.withdrawn) state.seatStatus[seat] = seatWithdrawn
  }

  take(part: PartOfShow): void {
    if (part.part === 'redeemed') {
      const { redeemed } = this.state.admission
      for (const number of part.numbers) {
        if (redeemed.has(number)) this.fail(`admission ${number} spent twice`)
        redeemed.add(number)
      }
    } else if (part.part === 'free-slots') {
      for (const slot of part.slots) if (!this.state.reservations.giveBack(slot)) this.fail(`free slot ${slot}`)
    } else if (part.part === 'ended') {
      for (const [id, customerId, ending] of part.rows) {
        if (!this.state.reservations.isOurs(id)) this.fail(`${id} is another show's`)
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
    if (head.reservations + head.freeSlots !== head.slots) this.fail(`${head.slots} slots`)
    if (state.reservations.freeSlots.length !== head.freeSlots) this.fail(`${head.freeSlots} free slots`)
    state.freeSeats.give([...state.seatStatus.keys()].filter((seat) => state.seatStatus[seat] === seatFree))
    return state
  }

  private reserve(row: ReservationRow): void {
    const { state, head } = this
    const [slot, id, customerId, seats, shares, totalMinor, confirmed, heldAt, extended, expiresAt] = row
    const areas = Array.from({ length: shares.length / 2 }, (_, at) => ({
      ...{ area: shares[2 * at]!, quantity: shares[2 * at + 1]! },
    }))
    const places = { seats, areas, places: areas.reduce((sum, { quantity }) => sum + quantity, seats.length) }
    const { reservations } = state
    if (!(slot < head.slots) || reservations.at(slot)) this.fail(`slot ${slot} of ${id}`)
    if (!reservations.isOurs(id) || reservations.has(id)) this.fail(`a reservation ${id}`)
    for (const seat of seats) if (state.seatStatus[seat] !== seatFree) this.fail(`seat ${seat} of ${id} is not free`)
    reservations.put(slot, { id, customerId, ...places, totalMinor, heldAt, expiresAt })
    if (extended === 1) reservations.extend(slot, expiresAt)
    assign(state, slot, places)
    if (confirmed === 0) return
    reservations.confirm(slot)
    sell(state, places)
  }

  private fail(what: string): never {
    throw new SnapshotError(`show ${this.state.terms.showId}: ${what}`)
  }
}
