import type { PlanSeat } from '../venue/plan.js'
import type { SmallHall } from './small-halls.js'

/** Best seats once more, by trying everything: written from the words of docs/decisions/0006 alone, for halls of a few seats. */
export class EveryChoice {
  private readonly rows: readonly (readonly PlanSeat[])[]

  constructor(
    private readonly hall: SmallHall,
    private readonly category: string | null = null,
  ) {
    this.rows = hall.plan.sections.flatMap((section) => section.rows.map((row) => row.seats))
  }

  /** Every `quantity` free ordinary seats of the category side by side in one row. */
  together(quantity: number): string[][] {
    return this.rows.flatMap((row) =>
      row
        .map((_, first) => row.slice(first, first + quantity))
        .filter((seats) => seats.length === quantity && seats.every((seat) => this.eligible(seat)))
        .map((seats) => seats.map(({ id }) => id)),
    )
  }

  /**
   * The best of each run: with the fewest orphans, then, where what is left of the run is an even number, in even halves, then
   * nearest. A run ends where the category does; its halves are counted to where the free seats end.
   */
  bestOfEachRun(quantity: number): string[][] {
    return this.rows.flatMap((row) => {
      const best = new Map<number, { seats: string[]; worth: number[] }>()
      row.forEach((_, first) => {
        const seats = row.slice(first, first + quantity)
        if (seats.length < quantity || !seats.every((seat) => this.eligible(seat))) return
        const ids = seats.map(({ id }) => id)
        const left = reach(row, first, -1, (seat) => this.stands(seat))
        const right = reach(row, first + quantity - 1, 1, (seat) => this.stands(seat))
        const oddly = (left + right) % 2 === 0 && left % 2 === 1 ? 1 : 0
        const worth = [this.newOrphans(ids).length, oddly, this.distance(ids)]
        const run = first - reach(row, first, -1, (seat) => this.eligible(seat))
        const known = best.get(run)
        if (!known || isLess(worth, known.worth)) best.set(run, { seats: ids, worth })
      })
      return [...best.values()].map(({ seats }) => seats)
    })
  }

  /** Every set of so many free ordinary seats of the category. */
  sets(quantity: number): string[][] {
    const ids = this.rows.flatMap((row) => row.filter((seat) => this.eligible(seat)).map(({ id }) => id))
    const choose = (from: number, count: number): string[][] =>
      count === 0
        ? [[]]
        : ids.slice(from).flatMap((id, at) => choose(from + at + 1, count - 1).map((rest) => [id, ...rest]))
    return choose(0, quantity)
  }

  /** Seats that are single after taking these, and were not before. */
  newOrphans(seats: readonly string[]): string[] {
    const before = new Set(this.singles(this.hall.free))
    return this.singles(new Set([...this.hall.free].filter((id) => !seats.includes(id)))).filter(
      (id) => !before.has(id),
    )
  }

  /** Sizes of the groups that these seats are, side by side in a row. */
  groups(seats: readonly string[]): number[] {
    return this.rows.flatMap((row) =>
      row
        .map(({ id }) => (seats.includes(id) ? 'x' : ' '))
        .join('')
        .split(/ +/)
        .map((group) => group.length)
        .filter((size) => size > 0),
    )
  }

  /** Sum of the distances to the focal point. */
  distance(seats: readonly string[]): number {
    const { x, y } = this.hall.plan.focalPoint
    return this.rows
      .flat()
      .filter(({ id }) => seats.includes(id))
      .reduce((sum, seat) => sum + Math.sqrt((seat.x - x) ** 2 + (seat.y - y) ** 2), 0)
  }

  private singles(free: ReadonlySet<string>): string[] {
    const stands = (seat: PlanSeat | undefined) => this.stands(seat, free)
    return this.rows.flatMap((row) =>
      row.filter((seat, at) => stands(seat) && !stands(row[at - 1]) && !stands(row[at + 1])).map(({ id }) => id),
    )
  }

  private stands(seat: PlanSeat | undefined, free: ReadonlySet<string> = this.hall.free): boolean {
    return seat !== undefined && !seat.accessible && free.has(seat.id)
  }

  private eligible(seat: PlanSeat): boolean {
    const inCategory = this.category === null || seat.category === this.category
    return inCategory && !seat.accessible && this.hall.free.has(seat.id)
  }
}

/** How many seats one after the other, from the one beside `from` on, are so. */
function reach(row: readonly PlanSeat[], from: number, step: 1 | -1, is: (seat: PlanSeat) => boolean): number {
  let count = 0
  for (let at = from + step; at >= 0 && at < row.length && is(row[at]!); at += step) count++
  return count
}

/** Item by item, the first that differs by more than rounding decides. */
export function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, place) => Math.abs(value - b[place]!) > nearly)
  return at >= 0 && a[at]! < b[at]!
}

/** Costs are rounded to a millionth of the hall, distances are not. */
export const nearly = 1e-4
