import type { PlanIndex } from '../venue/plan-index.js'
import { type FreeSeats, orphanScore } from './free-seats.js'
import { halvesOddly, orphansOf } from './orphans.js'

/** Seats side by side: `quantity` of them from `first` on. */
export interface Block {
  readonly first: number
  readonly quantity: number
  /** Orphans × `orphanScore` + cost: the less the better. */
  readonly score: number
}

/** `pool`: a category number, or the number of categories for any. */
export const anyCategory = (plan: PlanIndex): number => plan.categoryIds.length

/**
 * The best `quantity` ordinary seats side by side: of the best of each run those that leave the fewest orphans, of these the
 * nearest to the focal point, of these the nearest row's. Null where no row has them. A row is looked into only where it can
 * have better ones.
 */
export function bestTogether(plan: PlanIndex, free: FreeSeats, pool: number, quantity: number): Block | null {
  if (free.longestIn(pool) < quantity) return null
  const { rows, nearest } = plan.nearness.orders[pool]!
  let best: Block | null = null
  let score = Number.POSITIVE_INFINITY
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!
    if (nearest[at]! * quantity >= score) break
    if (free.scoreBound(row, quantity, nearest[at]!) >= score) continue
    for (const run of runsOf(plan, free, pool, row)) {
      const found = bestInRun(plan, run, quantity, score)
      if (!found) continue
      best = found
      score = found.score
    }
  }
  return best
}

/** Free ordinary seats of a pool side by side, `first` to `end` (exclusive), within the run of any category around them. */
export interface Run {
  readonly first: number
  readonly end: number
  readonly outerFirst: number
  readonly outerEnd: number
}

/**
 * The best seats of a run, where they score better than `least`: with the fewest orphans, not halving it oddly where that can
 * be helped, nearest. Its halves are the run's own affair: between runs only orphans and nearness count.
 */
export function bestInRun(plan: PlanIndex, run: Run, quantity: number, least: number): Block | null {
  const { costBefore } = plan.nearness
  let best = -1
  let bestRank = Number.POSITIVE_INFINITY
  let score = Number.POSITIVE_INFINITY
  for (let first = run.first; first + quantity <= run.end; first++) {
    const cost = costBefore[first + quantity]! - costBefore[first]!
    const its = orphansOf(first, quantity, run.outerFirst, run.outerEnd) * orphanScore + cost
    const rank = halvesOddly(first, quantity, run.outerFirst, run.outerEnd) ? its + orphanScore / 2 : its
    if (rank >= bestRank) continue
    best = first
    bestRank = rank
    score = its
  }
  return score < least ? { first: best, quantity, score } : null
}

/** The runs of a row, from its first seat on. */
export function runsOf(plan: PlanIndex, free: FreeSeats, pool: number, row: number): Run[] {
  const { rowStart, seatCategory } = plan
  const any = pool === anyCategory(plan)
  const rowEnd = rowStart[row + 1]!
  const runs: Run[] = []
  for (let seat = rowStart[row]!; seat < rowEnd; seat++) {
    if (!free.hasOrdinary(seat)) continue
    const outerFirst = seat
    while (seat < rowEnd && free.hasOrdinary(seat)) seat++
    const outerEnd = seat
    for (let first = outerFirst; first < outerEnd; first++) {
      if (!any && seatCategory[first] !== pool) continue
      let end = any ? outerEnd : first + 1
      while (end < outerEnd && seatCategory[end] === pool) end++
      runs.push({ first, end, outerFirst, outerEnd })
      first = end
    }
  }
  return runs
}

export const seatsOf = ({ first, quantity }: Pick<Block, 'first' | 'quantity'>): number[] =>
  Array.from({ length: quantity }, (_, at) => first + at)

/** Whether a block by itself leaves a single seat. */
export const leavesOrphan = ({ score }: Block): boolean => score >= orphanScore
