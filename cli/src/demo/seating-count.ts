import type { Plan } from '@onsale/domain'

interface Row {
  seats: readonly string[]
  /** Seats that anybody may be given, and that are free. */
  free: boolean[]
  /** Lengths of the free seats side by side. */
  runs: number[]
}

/** How a group was seated. */
export interface Seating {
  /** Not side by side in one row. */
  split: boolean
  /** Split, though a row had as many free seats side by side. */
  needlessly: boolean
  /** Free seats beside the group that have no free neighbour now, and had one before. */
  orphans: number
  /** The fewest that seating the group together, anywhere, would have made; 0 where it had to be split. */
  orphansLeast: number
}

/**
 * Follows who sits where, in code of its own, and says of each group whether it could have been seated better. Wheelchair
 * places and companion seats are not for everybody: they count as never free.
 */
export class SeatingCount {
  private readonly rows: Row[]
  private readonly places = new Map<string, { row: Row; at: number; ordinary: boolean }>()

  constructor(plan: Plan) {
    this.rows = plan.sections.flatMap((section) =>
      section.rows.map(({ seats }) => {
        const row: Row = {
          seats: seats.map(({ id }) => id),
          free: seats.map(({ accessible }) => accessible === undefined),
          runs: [],
        }
        row.runs = runsOf(row)
        seats.forEach(({ id, accessible }, at) => void this.places.set(id, { row, at, ordinary: !accessible }))
        return row
      }),
    )
  }

  /** Free seats without a free neighbour. */
  get alone(): number {
    return this.rows.reduce((sum, { runs }) => sum + runs.filter((length) => length === 1).length, 0)
  }

  seat(seats: readonly string[]): Seating {
    const group = seats.length
    const longEnough = this.rows.flatMap(({ runs }) => runs.filter((length) => length >= group))
    const together = longEnough.length > 0
    const split = !this.sideBySide(seats)
    const rows = this.rowsOf(seats)
    const before = new Set(rows.flatMap(aloneIn))
    this.set(seats, false)
    return {
      split,
      needlessly: split && together,
      orphans: rows.flatMap(aloneIn).filter((seat) => !before.has(seat)).length,
      // From the end of a run that is one longer than the group one is left alone; from the end of any other, none.
      orphansLeast: together && longEnough.every((length) => length === group + 1) ? 1 : 0,
    }
  }

  leave(seats: readonly string[]): void {
    this.set(seats, true)
  }

  private set(seats: readonly string[], free: boolean): void {
    for (const seat of seats) {
      const place = this.places.get(seat)
      if (place?.ordinary) place.row.free[place.at] = free
    }
    for (const row of this.rowsOf(seats)) row.runs = runsOf(row)
  }

  private rowsOf(seats: readonly string[]): Row[] {
    return [...new Set(seats.flatMap((seat) => this.places.get(seat)?.row ?? []))]
  }

  private sideBySide(seats: readonly string[]): boolean {
    const at = seats.flatMap((seat) => this.places.get(seat)?.at ?? []).sort((a, b) => a - b)
    const [first = 0] = at
    return this.rowsOf(seats).length <= 1 && at.every((place, step) => place === first + step)
  }
}

function runsOf({ free }: Row): number[] {
  const runs: number[] = []
  let length = 0
  for (const one of [...free, false]) {
    if (one) length += 1
    else if (length > 0) {
      runs.push(length)
      length = 0
    }
  }
  return runs
}

const aloneIn = ({ seats, free }: Row): string[] => seats.filter((_, at) => free[at] && !free[at - 1] && !free[at + 1])
