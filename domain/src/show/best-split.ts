import type { PlanIndex } from '../venue/plan-index.js'
import { type Block, bestInRun, type Run, runsOf } from './best-together.js'
import { type FreeSeats, orphanScore } from './free-seats.js'

/** Parties up to this size are split in the best way; larger ones in a good one, as the exact search grows with the fourth power. */
export const exactUpTo = 12

/**
 * `quantity` ordinary seats where no run has them side by side: in as few groups as the runs allow, and of the ways to do so
 * the one with the fewest orphans, then the fewest people who sit alone, then the nearest. Each group sits in a run of its
 * own (two in one run could sit together). Null where so many are not free.
 */
export function bestSplit(plan: PlanIndex, free: FreeSeats, pool: number, quantity: number): Block[] | null {
  const groups = free.runsFor(pool, quantity)
  if (groups === null) return null
  return quantity <= exactUpTo
    ? exactSplit(candidates(plan, free, pool, quantity, groups), quantity, groups)
    : longestFirst(plan, free, pool, quantity, groups)
}

interface Candidate extends Block {
  /** First seat of its run: one group a run. */
  run: number
}

/**
 * For each size the best places, no more than there are groups: the other groups can take all but one of them. A row is
 * looked into only for the sizes that it can have better places for.
 */
function candidates(
  plan: PlanIndex,
  free: FreeSeats,
  pool: number,
  quantity: number,
  groups: number,
): readonly Candidate[][] {
  const { rows, nearest } = plan.nearness.orders[pool]!
  const longest = free.longestIn(pool)
  // At least what the other groups can't take, whatever their runs.
  const smallest = Math.max(1, quantity - (groups - 1) * longest)
  const bySize: Candidate[][] = Array.from({ length: quantity }, () => [])
  const worst = new Float64Array(quantity).fill(Number.POSITIVE_INFINITY)
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!
    if (free.longestOf(row) < smallest) continue
    let runs: Run[] | null = null
    for (let size = Math.min(free.longestOf(row), longest); size >= smallest; size--) {
      if (free.scoreBound(row, size, nearest[at]!) >= worst[size]!) continue
      runs ??= runsOf(plan, free, pool, row)
      for (const run of runs) {
        const found = bestInRun(plan, run, size, worst[size]!)
        if (!found) continue
        insert(bySize[size]!, { ...found, run: run.first }, groups)
        worst[size] = bySize[size]![groups - 1]?.score ?? Number.POSITIVE_INFINITY
      }
    }
  }
  return bySize
}

/** Keeps the best `most`, in order; of equals the earlier. */
function insert(list: Candidate[], one: Candidate, most: number): void {
  let at = list.length
  while (at > 0 && one.score < list[at - 1]!.score) at--
  list.splice(at, 0, one)
  if (list.length > most) list.pop()
}

interface Way {
  orphans: number
  alone: number
  cost: number
  last: Candidate
  before: Way | null
}

/** The best of all ways to choose one candidate from each of `groups` runs: run by run, the best way for each number of groups and seats. */
function exactSplit(bySize: readonly Candidate[][], quantity: number, groups: number): Block[] | null {
  const byRun = new Map<number, Candidate[]>()
  for (const candidate of bySize.flat()) byRun.set(candidate.run, [...(byRun.get(candidate.run) ?? []), candidate])
  const width = quantity + 1
  const ways = new Array<Way | null>((groups + 1) * width).fill(null)
  for (const choices of byRun.values()) {
    // From the fullest on, so that a run is not used twice.
    for (let group = groups; group >= 1; group--) {
      for (let seats = quantity; seats >= group; seats--) {
        for (const choice of choices) {
          const rest = seats - choice.quantity
          const before = ways[(group - 1) * width + rest] ?? null
          if (rest < 0 || (group === 1 ? rest !== 0 : before === null)) continue
          const way = {
            orphans: (before?.orphans ?? 0) + Math.floor(choice.score / orphanScore),
            alone: (before?.alone ?? 0) + (choice.quantity === 1 ? 1 : 0),
            cost: (before?.cost ?? 0) + (choice.score % orphanScore),
            last: choice,
            before,
          }
          const known = ways[group * width + seats]
          if (!known || isBetterWay(way, known)) ways[group * width + seats] = way
        }
      }
    }
  }
  const blocks: Block[] = []
  for (let way = ways[groups * width + quantity] ?? null; way; way = way.before) blocks.push(way.last)
  return blocks.length === 0 ? null : largestFirst(blocks)
}

function isBetterWay(a: Way, b: Way): boolean {
  if (a.orphans !== b.orphans) return a.orphans < b.orphans
  if (a.alone !== b.alone) return a.alone < b.alone
  return a.cost < b.cost
}

/** The longest runs, whole, and of the others the best place for the rest. */
function longestFirst(
  plan: PlanIndex,
  free: FreeSeats,
  pool: number,
  quantity: number,
  groups: number,
): Block[] | null {
  const wholes = [...plan.nearness.orders[pool]!.rows]
    .flatMap((row) => (free.longestOf(row) === 0 ? [] : runsOf(plan, free, pool, row)))
    .map((run) => ({ run, block: bestInRun(plan, run, run.end - run.first, Number.POSITIVE_INFINITY)! }))
    .sort((a, b) => b.block.quantity - a.block.quantity || a.block.score - b.block.score)
  const blocks = wholes.splice(0, groups - 1).map(({ block }) => block)
  const rest = quantity - blocks.reduce((sum, block) => sum + block.quantity, 0)
  const last = wholes.reduce<Block | null>(
    (best, { run }) => bestInRun(plan, run, rest, best?.score ?? Number.POSITIVE_INFINITY) ?? best,
    null,
  )
  return last && largestFirst([...blocks, last])
}

function largestFirst(blocks: Block[]): Block[] {
  return blocks.sort((a, b) => b.quantity - a.quantity || a.score - b.score || a.first - b.first)
}
