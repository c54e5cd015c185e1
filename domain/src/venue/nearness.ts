import type { Plan } from './plan.js'

export const ordinary = 0
export const wheelchair = 1
export const companion = 2

/** The rows that have an ordinary seat of a category (or of any), the one that comes nearest to the focal point first. */
export interface RowOrder {
  readonly rows: Uint32Array
  /** Cost of the nearest such seat, by place in `rows`; never falling. */
  readonly nearest: Float64Array
}

/** How near seats are to the focal point: what "best" is measured by. */
export interface Nearness {
  /**
   * Sum of the costs of all seats before this one: a run costs the difference of two entries. A seat costs its distance to the
   * focal point in whole steps of 2^-20 of the farthest coordinate, so that sums are exact and equal distances are equal.
   */
  readonly costBefore: Float64Array
  /** By category number; the last is of any category. */
  readonly orders: readonly RowOrder[]
}

const steps = 2 ** 20

/** `seatRow`, `seatCategory` and `seatUse` are those of the PlanIndex that this becomes a part of. */
export function nearnessOf(plan: Plan, seatRow: Uint32Array, seatCategory: Uint16Array, seatUse: Uint8Array): Nearness {
  const seats = plan.sections.flatMap((section) => section.rows.flatMap((row) => row.seats))
  // A quarter of each coordinate: the difference of two finite ones could be infinite.
  const { x, y } = plan.focalPoint
  const dx = Float64Array.from(seats, (seat) => seat.x / 4 - x / 4)
  const dy = Float64Array.from(seats, (seat) => seat.y / 4 - y / 4)
  let farthest = 0
  for (let at = 0; at < seats.length; at++) farthest = Math.max(farthest, Math.abs(dx[at]!), Math.abs(dy[at]!))
  const scale = farthest === 0 ? 1 : farthest
  const costBefore = new Float64Array(seats.length + 1)
  const orders = Array.from({ length: plan.categories.length + 1 }, () => new Map<number, number>())
  const any = orders[plan.categories.length]!
  for (let at = 0; at < seats.length; at++) {
    // A root and products, exact on every machine; Math.hypot is not.
    const cost = Math.round(Math.sqrt((dx[at]! / scale) ** 2 + (dy[at]! / scale) ** 2) * steps)
    costBefore[at + 1] = costBefore[at]! + cost
    if (seatUse[at] !== ordinary) continue
    const row = seatRow[at]!
    for (const order of [any, orders[seatCategory[at]!]!]) {
      const nearest = order.get(row)
      if (nearest === undefined || cost < nearest) order.set(row, cost)
    }
  }
  return { costBefore, orders: orders.map(inOrder) }
}

function inOrder(nearestOfRow: ReadonlyMap<number, number>): RowOrder {
  const sorted = [...nearestOfRow].sort(([rowA, a], [rowB, b]) => a - b || rowA - rowB)
  return {
    rows: Uint32Array.from(sorted, ([row]) => row),
    nearest: Float64Array.from(sorted, ([, nearest]) => nearest),
  }
}
