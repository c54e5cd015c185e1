import { ordinary } from '../venue/nearness.js'
import type { PlanIndex } from '../venue/plan-index.js'
import { seatsOf } from './best-together.js'
import type { FreeSeats } from './free-seats.js'
import { orphansLeft } from './orphans.js'

/**
 * The seats to take instead of `asked`, which leaves orphans; null where they can't be avoided: then these may be the only
 * seats left. Each group of seats side by side that makes an orphan moves to the nearest place for as many in the
 * categories that it was asked in, where none is left; the others stay. Nobody is sent to or from an accessible place.
 */
export function withoutOrphans(plan: PlanIndex, free: FreeSeats, asked: readonly number[]): number[] | null {
  if (asked.some((seat) => plan.seatUse[seat] !== ordinary)) return null
  const orphans = orphansLeft(plan, free, asked)
  const groups = groupsOf(plan, asked)
  const causes = ({ seats }: Group) =>
    orphans.some((orphan) => seats[0]! - 1 === orphan || seats.at(-1)! + 1 === orphan)
  const moving = groups.filter(causes)
  const found = groups.filter((group) => !causes(group)).flatMap(({ seats }) => seats)
  const view = free.copy()
  view.take(found)
  for (const group of moving) {
    const place = nearestWithout(plan, view, group.seats)
    if (!place) return null
    view.take(place)
    found.push(...place)
  }
  return orphansLeft(plan, free, found).length === 0 ? found.sort((a, b) => a - b) : null
}

interface Group {
  seats: number[]
}

/** Seats side by side in one row, in the order of the plan. */
function groupsOf(plan: PlanIndex, asked: readonly number[]): Group[] {
  const groups: Group[] = []
  for (const seat of [...asked].sort((a, b) => a - b)) {
    const last = groups.at(-1)
    const before = last?.seats.at(-1)
    if (before === seat - 1 && plan.seatRow[before] === plan.seatRow[seat]) last!.seats.push(seat)
    else groups.push({ seats: [seat] })
  }
  return groups
}

/** As many seats as `asked`, in its categories, side by side, that leave no orphan: in its own row where there are such, else in the nearest. */
function nearestWithout(plan: PlanIndex, free: FreeSeats, asked: readonly number[]): number[] | null {
  const { rowStart, seatCategory, seatRow, rowBounds, seatX, seatY } = plan
  const quantity = asked.length
  const categories = new Set(asked.map((seat) => seatCategory[seat]!))
  const x = asked.reduce((sum, seat) => sum + seatX[seat]!, 0) / quantity
  const y = asked.reduce((sum, seat) => sum + seatY[seat]!, 0) / quantity
  let nearest = Number.POSITIVE_INFINITY
  let best: number[] | null = null
  const look = (row: number) => {
    let length = 0
    for (let seat = rowStart[row]!; seat < rowStart[row + 1]!; seat++) {
      length = free.hasOrdinary(seat) && categories.has(seatCategory[seat]!) ? length + 1 : 0
      if (length < quantity) continue
      const first = seat - quantity + 1
      const away = ((seatX[first]! + seatX[seat]!) / 2 - x) ** 2 + ((seatY[first]! + seatY[seat]!) / 2 - y) ** 2
      if (away >= nearest) continue
      const seats = seatsOf({ first, quantity })
      if (orphansLeft(plan, free, seats).length > 0) continue
      nearest = away
      best = seats
    }
  }
  const own = seatRow[asked[0]!]!
  look(own)
  if (best) return best
  for (let row = 0; row + 1 < rowStart.length; row++) {
    if (row === own || free.longestOf(row) < quantity) continue
    const dx = outside(x, rowBounds[4 * row]!, rowBounds[4 * row + 1]!)
    const dy = outside(y, rowBounds[4 * row + 2]!, rowBounds[4 * row + 3]!)
    if (dx ** 2 + dy ** 2 < nearest) look(row)
  }
  return best
}

/** How far a value lies outside a range. */
function outside(value: number, low: number, high: number): number {
  return Math.max(0, low - value, value - high)
}
