import { ordinary } from '../venue/nearness.js'
import type { PlanIndex } from '../venue/plan-index.js'
import { orphansOf } from './orphans.js'

/** Parties up to this size have their best place in each row at hand. */
const indexedSizes = 8

/** More than any seats cost: fewer orphans come first, and only then what is near. */
export const orphanScore = 2 ** 45

/**
 * Which seats of a show are free, and what runs they form: a bitset, the longest run of each row, how good the best place for
 * a party is there, and how many runs there are of each length. A run is free ordinary seats side by side (wheelchair and
 * companion places end it); a run of a category is that within one category. What changes costs as much as its rows are long.
 */
export class FreeSeats {
  /** A set bit is a free seat; `PlanIndex.seatBit` and `rowWord` say where. */
  readonly words: Uint32Array
  /** Seats of the longest run of each row. */
  private readonly longestOfRow: Uint32Array
  /** Best score of each row for each size up to `sizes`. */
  private readonly scores: Float64Array
  private readonly sizes: number
  /** By category number, the last of any: how many runs there are by length. */
  private readonly runCounts: readonly Uint32Array[]
  /** Likewise: free ordinary seats. */
  private readonly counts: Uint32Array

  /** Nothing is free, or what is free in another one. */
  constructor(
    private readonly plan: PlanIndex,
    from: FreeSeats | null = null,
  ) {
    const rows = plan.rowStart.length - 1
    this.sizes = Math.min(indexedSizes, plan.longestRuns.at(-1)!)
    this.words = from ? from.words.slice() : new Uint32Array(plan.ordinarySeats.length)
    this.longestOfRow = from ? from.longestOfRow.slice() : new Uint32Array(rows)
    this.scores = from ? from.scores.slice() : new Float64Array(rows * this.sizes).fill(Number.POSITIVE_INFINITY)
    this.runCounts = from
      ? from.runCounts.map((counts) => counts.slice())
      : plan.longestRuns.map((longest) => new Uint32Array(longest + 1))
    this.counts = from ? from.counts.slice() : new Uint32Array(plan.categoryIds.length + 1)
  }

  copy(): FreeSeats {
    return new FreeSeats(this.plan, this)
  }

  has(seat: number): boolean {
    const bit = this.plan.seatBit[seat]!
    return ((this.words[bit >>> 5]! >>> (bit & 31)) & 1) === 1
  }

  /** Free, and for everybody. */
  hasOrdinary(seat: number): boolean {
    const bit = this.plan.seatBit[seat]!
    return (((this.words[bit >>> 5]! & this.plan.ordinarySeats[bit >>> 5]!) >>> (bit & 31)) & 1) === 1
  }

  longestOf(row: number): number {
    return this.longestOfRow[row]!
  }

  /**
   * No `quantity` seats of a row score better than this (orphans × `orphanScore` + cost); infinite where it has no run for them.
   * `nearest`: cost of its nearest seat.
   */
  scoreBound(row: number, quantity: number, nearest: number): number {
    if (quantity <= this.sizes) return this.scores[row * this.sizes + quantity - 1]!
    return this.longestOfRow[row]! < quantity ? Number.POSITIVE_INFINITY : nearest * quantity
  }

  /** Free ordinary seats of a category; of any: the number of categories. */
  count(pool: number): number {
    return this.counts[pool]!
  }

  /** Length of the longest run. */
  longestIn(pool: number): number {
    const runs = this.runCounts[pool]!
    let length = runs.length - 1
    while (length > 0 && runs[length] === 0) length--
    return length
  }

  /** How many runs, the longest first, have `quantity` seats together; null where all of them have fewer. */
  runsFor(pool: number, quantity: number): number | null {
    const runs = this.runCounts[pool]!
    let left = quantity
    let count = 0
    for (let length = runs.length - 1; length > 0 && left > 0; length--) {
      const taken = Math.min(runs[length]!, Math.ceil(left / length))
      count += taken
      left -= taken * length
    }
    return left > 0 ? null : count
  }

  take(seats: readonly number[] | ReadonlySet<number>): void {
    this.change(seats, false)
  }

  give(seats: readonly number[] | ReadonlySet<number>): void {
    this.change(seats, true)
  }

  private change(seats: readonly number[] | ReadonlySet<number>, free: boolean): void {
    const { seatBit, seatRow } = this.plan
    const rows = new Set<number>()
    for (const seat of seats) rows.add(seatRow[seat]!)
    for (const row of rows) this.countRuns(row, -1)
    for (const seat of seats) {
      const bit = seatBit[seat]!
      if (free) this.words[bit >>> 5]! |= 1 << (bit & 31)
      else this.words[bit >>> 5]! &= ~(1 << (bit & 31))
    }
    for (const row of rows) this.countRuns(row, 1)
  }

  /** Adds a row's runs to what is known of them (1), or takes them out (-1). */
  private countRuns(row: number, sign: 1 | -1): void {
    const { rowStart, seatCategory, seatUse, categoryIds } = this.plan
    const { runCounts, counts } = this
    const any = categoryIds.length
    const end = rowStart[row + 1]!
    this.longestOfRow[row] = 0
    this.scores.fill(Number.POSITIVE_INFINITY, row * this.sizes, (row + 1) * this.sizes)
    let length = 0
    let ofCategory = 0
    for (let seat = rowStart[row]!; seat < end; seat++) {
      if (seatUse[seat] !== ordinary || !this.has(seat)) continue
      const category = seatCategory[seat]!
      length++
      ofCategory++
      counts[category]! += sign
      const ends = seat + 1 === end || !this.hasOrdinary(seat + 1)
      if (ends || seatCategory[seat + 1] !== category) {
        runCounts[category]![ofCategory]! += sign
        ofCategory = 0
      }
      if (ends) {
        runCounts[any]![length]! += sign
        counts[any]! += sign * length
        if (sign === 1) this.scoreRun(row, seat + 1 - length, seat + 1)
        length = 0
      }
    }
  }

  private scoreRun(row: number, first: number, end: number): void {
    const { costBefore } = this.plan.nearness
    if (end - first > this.longestOfRow[row]!) this.longestOfRow[row] = end - first
    for (let size = Math.min(this.sizes, end - first); size > 0; size--) {
      const at = row * this.sizes + size - 1
      for (let from = first; from + size <= end; from++) {
        const score = orphansOf(from, size, first, end) * orphanScore + costBefore[from + size]! - costBefore[from]!
        if (score < this.scores[at]!) this.scores[at] = score
      }
    }
  }
}
