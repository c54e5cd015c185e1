import { inOrder } from '../in-order.js'
import type { EndedReservation, Ending } from './ended-reservations.js'
import type { SalesPaused, ShowCancelled, ShowScheduled } from './events.js'
import { type ReadReservations, reservationAt } from './reservation-columns.js'
import { type ShowState, seatWithdrawn } from './state.js'

/** slot, id, customer, seats, areas and quantities by turns, total, confirmed, held at, extended, expires at. */
export type ReservationRow = [number, string, string, readonly number[], number[], number, 0 | 1, number, 0 | 1, number]
/** id, customer, ending. */
export type EndedRow = [string, string, Ending]

export type ShowHead = Extract<ShowPart, { part: 'show' }>

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

const partsOfShow = {
  ...{ reservations: true, 'free-slots': true, ended: true, redeemed: true },
} as const satisfies Record<PartOfShow['part'], true>

export const isOfShow = (part: { part: string }): part is PartOfShow => part.part in partsOfShow

/** A snapshot that contradicts itself, or lacks a part. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError'
}

const rowsEach = 500
const numbersEach = 10_000

/**
 * The show as it is now, whatever becomes of it while the parts are taken: the columns are frozen at once, and the
 * little beside them copied; the rows, which take longer, are made as they are asked for. In the order of the slots, which the journal
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
