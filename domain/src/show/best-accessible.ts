import { companion, wheelchair } from '../venue/nearness.js'
import type { PlanIndex } from '../venue/plan-index.js'
import { anyCategory, seatsOf } from './best-together.js'
import type { FreeSeats } from './free-seats.js'
import { orphansLeft } from './orphans.js'

/** In this order: what makes one choice of accessible seats better than another; the smaller the better. */
type Rank = readonly [wheelchairs: number, stranded: number, orphans: number, lackingCompanions: number, cost: number]

/**
 * The best `quantity` seats side by side with a wheelchair place among them: with no more wheelchair places than need be,
 * stranding no companion seat that could be sold otherwise, leaving no orphan, with companion seats rather than
 * ordinary ones, nearest to the focal point. Null where no row has them.
 */
export function bestAccessible(plan: PlanIndex, free: FreeSeats, pool: number, quantity: number): number[] | null {
  const { rowStart, seatUse, seatCategory, wheelchairRows } = plan
  const any = pool === anyCategory(plan)
  let best: { first: number; rank: Rank } | null = null
  for (const row of wheelchairRows) {
    let length = 0
    let lastWheelchair = -1
    for (let seat = rowStart[row]!; seat < rowStart[row + 1]!; seat++) {
      const eligible = free.has(seat) && (any || seatCategory[seat] === pool)
      length = eligible ? length + 1 : 0
      if (seatUse[seat] === wheelchair) lastWheelchair = seat
      const first = seat - quantity + 1
      if (length < quantity || lastWheelchair < first) continue
      const rank = rankOf(plan, free, seatsOf({ first, quantity }))
      if (!best || isBefore(rank, best.rank)) best = { first, rank }
    }
  }
  return best && seatsOf({ first: best.first, quantity })
}

function rankOf(plan: PlanIndex, free: FreeSeats, seats: readonly number[]): Rank {
  const { seatUse, nearness } = plan
  const wheelchairs = seats.filter((seat) => seatUse[seat] === wheelchair).length
  const companions = seats.filter((seat) => seatUse[seat] === companion).length
  const cost = seats.reduce((sum, seat) => sum + nearness.costBefore[seat + 1]! - nearness.costBefore[seat]!, 0)
  const orphans = orphansLeft(plan, free, seats).length
  return [wheelchairs, stranded(plan, free, seats), orphans, seats.length - companions, cost]
}

function isBefore(a: Rank, b: Rank): boolean {
  const at = a.findIndex((value, place) => value !== b[place])
  return at >= 0 && a[at]! < b[at]!
}

/** Free companion seats, not among `seats`, whose last free wheelchair place is among them: nobody could buy these seats. */
function stranded(plan: PlanIndex, free: FreeSeats, seats: readonly number[]): number {
  const left = (seat: number) => free.has(seat) && !seats.includes(seat)
  const seen = new Set<number>()
  let count = 0
  for (const taken of seats) {
    if (plan.seatUse[taken] !== wheelchair) continue
    const bay = bayOf(plan, taken)
    if (seen.has(bay[0]!) || bay.some((seat) => plan.seatUse[seat] === wheelchair && left(seat))) continue
    seen.add(bay[0]!)
    count += bay.filter((seat) => plan.seatUse[seat] === companion && left(seat)).length
  }
  return count
}

/** The wheelchair and companion places side by side around one of them: a companion seat of a bay goes with any wheelchair place of it. */
export function bayOf(plan: PlanIndex, seat: number): number[] {
  const { rowStart, seatRow, seatUse } = plan
  const row = seatRow[seat]!
  let first = seat
  let last = seat
  while (first > rowStart[row]! && seatUse[first - 1] !== 0) first--
  while (last + 1 < rowStart[row + 1]! && seatUse[last + 1] !== 0) last++
  return seatsOf({ first, quantity: last - first + 1 })
}

/** Companion seats among `seats` that have no wheelchair place of their bay with them. */
export function companionsAlone(plan: PlanIndex, seats: readonly number[]): number[] {
  return seats.filter(
    (seat) =>
      plan.seatUse[seat] === companion &&
      !bayOf(plan, seat).some((other) => plan.seatUse[other] === wheelchair && seats.includes(other)),
  )
}

/** Free wheelchair places of a pool. */
export function freeWheelchairs(plan: PlanIndex, free: FreeSeats, pool: number): number {
  let count = 0
  for (const row of plan.wheelchairRows) {
    for (let seat = plan.rowStart[row]!; seat < plan.rowStart[row + 1]!; seat++) {
      const inPool = pool === anyCategory(plan) || plan.seatCategory[seat] === pool
      if (plan.seatUse[seat] === wheelchair && inPool && free.has(seat)) count++
    }
  }
  return count
}
