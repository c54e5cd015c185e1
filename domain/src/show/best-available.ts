import type { PlanIndex } from '../venue/plan-index.js'
import { bestAccessible, freeWheelchairs } from './best-accessible.js'
import { bestSplit } from './best-split.js'
import { anyCategory, bestTogether, leavesOrphan, seatsOf } from './best-together.js'
import type { BestAvailable } from './commands.js'
import { type Note } from './events.js'
import type { FreeSeats } from './free-seats.js'
import { orphansLeft } from './orphans.js'
import { rejected } from './rejections.js'

export type BestSeats = { ok: true; seats: number[]; notes: Note[] } | ReturnType<typeof rejected>

/**
 * The best free seats for a request; docs/decisions/0006 says what "best" is. Groups of a split party stand one after the
 * other, the largest first. `quantity` is a whole number from 1, `together` a word that is known.
 */
export function bestAvailable(plan: PlanIndex, free: FreeSeats, wanted: BestAvailable): BestSeats {
  const { category, quantity, together, accessible } = wanted
  const pool = category === null ? anyCategory(plan) : plan.categories.get(category)
  if (pool === undefined || (category !== null && !plan.seatCategories.has(pool))) {
    return rejected('category-not-found', category!)
  }
  const choose = accessible ? accessibleSeats : ordinarySeats
  return choose(plan, free, pool, quantity, together === 'preferred')
}

function ordinarySeats(plan: PlanIndex, free: FreeSeats, pool: number, quantity: number, maySplit: boolean): BestSeats {
  const block = bestTogether(plan, free, pool, quantity)
  if (block) return { ok: true, seats: seatsOf(block), notes: leavesOrphan(block) ? ['orphan-left'] : [] }
  const left = free.count(pool)
  if (left < quantity) return rejected('sold-out', `${left}`)
  const groups = maySplit ? bestSplit(plan, free, pool, quantity) : null
  if (!groups) return rejected('no-seats-together', `${free.longestIn(pool)}`)
  return apart(plan, free, groups.flatMap(seatsOf))
}

/** The wheelchair place with as many beside it as can be; the others, where they may sit apart, on the best ordinary seats. */
function accessibleSeats(
  plan: PlanIndex,
  free: FreeSeats,
  pool: number,
  quantity: number,
  maySplit: boolean,
): BestSeats {
  let beside: number[] | null = null
  const rowLengths = plan.wheelchairRows.map((row) => plan.rowStart[row + 1]! - plan.rowStart[row]!)
  for (let size = Math.min(quantity, Math.max(0, ...rowLengths)); size > 0 && !beside; size--) {
    beside = bestAccessible(plan, free, pool, size)
  }
  if (!beside) return rejected('sold-out', `${freeWheelchairs(plan, free, pool)}`)
  const rest = quantity - beside.length
  if (rest === 0) return { ok: true, seats: beside, notes: notesOf(plan, free, beside, false) }
  if (!maySplit) return rejected('no-seats-together', `${beside.length}`)
  const view = free.copy()
  view.take(beside)
  const others = ordinarySeats(plan, view, pool, rest, true)
  return others.ok
    ? apart(plan, free, [...beside, ...others.seats])
    : rejected('sold-out', `${beside.length + view.count(pool)}`)
}

function apart(plan: PlanIndex, free: FreeSeats, seats: number[]): BestSeats {
  return { ok: true, seats, notes: notesOf(plan, free, seats, true) }
}

function notesOf(plan: PlanIndex, free: FreeSeats, seats: readonly number[], split: boolean): Note[] {
  return [
    ...(split ? (['split'] as const) : []),
    ...(orphansLeft(plan, free, seats).length > 0 ? (['orphan-left'] as const) : []),
  ]
}
