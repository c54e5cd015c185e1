import type { Plan } from '@onsale/domain'

/** Two bits a seat. */
export const cellOf = { free: 0, held: 1, sold: 2, withdrawn: 3 } as const
export type CellStatus = keyof typeof cellOf

/** Where a seat stands in its section's bitmap. */
export interface SeatCell {
  section: number
  cell: number
}

const known = new WeakMap<Plan, Map<string, SeatCell>>()

/** The cells of a plan's seats, by seat: sections, rows and seats in the plan's order. */
export function seatCells(plan: Plan): ReadonlyMap<string, SeatCell> {
  const made = known.get(plan)
  if (made) return made
  const cells = new Map<string, SeatCell>()
  for (const [section, { rows }] of plan.sections.entries()) {
    let cell = 0
    for (const { seats } of rows)
      for (const { id } of seats) {
        cells.set(id, { section, cell })
        cell += 1
      }
  }
  known.set(plan, cells)
  return cells
}
