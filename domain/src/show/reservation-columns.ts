import { type Bytes, bytes, type Floats, floats, type Ints, ints, type ReadColumn } from '../columns/paged-column.js'
import type { ReadTexts } from '../columns/text-column.js'
import type { AreaShare, Reservation } from './reservation.js'

export const noSeat = -1
export const noArea = -1
export const isLive = 1
export const isConfirmed = 2
export const isExtended = 4

/** What is written of reservations, by slot. */
export interface Columns {
  /** isLive, isConfirmed, isExtended; 0 of a free slot. */
  readonly flags: Bytes
  /** Numbers of CustomerPlaces. */
  readonly customers: Ints
  /** Its first seat, or `noSeat`. */
  readonly firstSeats: Ints
  /** The area of which it has places, or `noArea`, and how many. */
  readonly areas: Ints
  readonly quantities: Ints
  readonly places: Ints
  readonly totals: Floats
  readonly heldAts: Floats
  readonly expiresAts: Floats
}

export const newColumns = (): Columns => ({
  flags: bytes(),
  customers: ints(),
  firstSeats: ints(),
  areas: ints(),
  quantities: ints(),
  places: ints(),
  totals: floats(),
  heldAts: floats(),
  expiresAts: floats(),
})

/** All there is of reservations, to be read. */
export interface ReadReservations {
  readonly columns: { readonly [Name in keyof Columns]: ReadColumn }
  /** What stands in front of each id: the show's id and a point. */
  readonly prefix: string
  /** By slot, without what all begin with. */
  readonly ids: Pick<ReadTexts, 'get'>
  readonly customerIds: Pick<ReadTexts, 'get'>
  /** By seat: the next one of the same reservation, or `noSeat`. */
  readonly nextSeats: Int32Array
  /** The further areas of those few that have places in several. */
  readonly moreAreas: ReadonlyMap<number, readonly AreaShare[]>
}

/** Null: the slot is free. */
export function reservationAt(all: ReadReservations, slot: number): Reservation | null {
  const { columns } = all
  const flags = columns.flags.get(slot)
  if (flags === 0) return null
  return {
    id: all.prefix + all.ids.get(slot),
    customerId: all.customerIds.get(columns.customers.get(slot)),
    slot,
    seats: seatsAt(all, slot),
    areas: areasAt(all, slot),
    places: columns.places.get(slot),
    totalMinor: columns.totals.get(slot),
    status: (flags & isConfirmed) === 0 ? 'held' : 'confirmed',
    heldAt: columns.heldAts.get(slot),
    extended: (flags & isExtended) !== 0,
    expiresAt: columns.expiresAts.get(slot),
  }
}

function seatsAt({ columns, nextSeats }: ReadReservations, slot: number): number[] {
  const seats: number[] = []
  for (let seat = columns.firstSeats.get(slot); seat !== noSeat; seat = nextSeats[seat] ?? noSeat) seats.push(seat)
  return seats
}

function areasAt({ columns, moreAreas }: ReadReservations, slot: number): AreaShare[] {
  const area = columns.areas.get(slot)
  if (area === noArea) return []
  return [{ area, quantity: columns.quantities.get(slot) }, ...(moreAreas.get(slot) ?? [])]
}

/** All as they are now, whatever becomes of them. */
export function frozen(all: ReadReservations & { readonly columns: Columns }, ids: ReadTexts, customerIds: ReadTexts) {
  const columns = Object.fromEntries(Object.entries(all.columns).map(([name, column]) => [name, column.frozen()]))
  return {
    ...{ columns: columns as ReadReservations['columns'], prefix: all.prefix, ids, customerIds },
    ...{ nextSeats: all.nextSeats.slice(), moreAreas: new Map(all.moreAreas) },
  } satisfies ReadReservations
}
