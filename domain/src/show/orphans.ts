import type { PlanIndex } from '../venue/plan-index.js'
import type { FreeSeats } from './free-seats.js'

/**
 * An orphan is a free ordinary seat with no free ordinary seat beside it in its row. Gives those that taking `seats` (which
 * are free) would make: it is a free neighbour of one of them and has no other. A seat that is alone already is nobody's
 * fault, and a wheelchair or companion place is never an orphan.
 */
export function orphansLeft(plan: PlanIndex, free: FreeSeats, seats: readonly number[]): number[] {
  const taken = seats.length > 16 ? new Set(seats) : { has: (seat: number) => seats.includes(seat) }
  const stays = (seat: number, row: number) =>
    seat >= plan.rowStart[row]! && seat < plan.rowStart[row + 1]! && free.hasOrdinary(seat) && !taken.has(seat)
  const orphans: number[] = []
  for (const seat of seats) {
    if (!free.hasOrdinary(seat)) continue
    const row = plan.seatRow[seat]!
    for (const side of [-1, 1]) {
      const beside = seat + side
      if (stays(beside, row) && !stays(beside + side, row) && !orphans.includes(beside)) orphans.push(beside)
    }
  }
  return orphans
}

/**
 * Whether taking them leaves two odd parts of a run where two even ones could be left. Most parties are pairs: these would
 * leave a single seat of each part in the end.
 */
export function halvesOddly(first: number, quantity: number, runFirst: number, runEnd: number): boolean {
  return (runEnd - runFirst - quantity) % 2 === 0 && (first - runFirst) % 2 === 1
}

/** How many of the two seats beside `quantity` seats from `first` on become orphans; `runFirst` to `runEnd` is the run around them. */
export function orphansOf(first: number, quantity: number, runFirst: number, runEnd: number): number {
  return (first - runFirst === 1 ? 1 : 0) + (runEnd - first - quantity === 1 ? 1 : 0)
}
