import fc from 'fast-check'
import { FreeSeats } from '../show/free-seats.js'
import type { AccessibleUse, Plan, PlanSeat } from '../venue/plan.js'
import { indexPlan, type PlanIndex } from '../venue/plan-index.js'

/** A hall of a few short rows, some of its seats taken: small enough to try every choice there is. */
export interface SmallHall {
  plan: Plan
  index: PlanIndex
  /** Ids of the free seats. */
  free: Set<string>
  freeSeats: FreeSeats
}

const categories = ['A', 'B']

/** `rows`: most rows; `mixed`: whether the seats of one row may be of two categories; `accessible`: one seat in so many is. */
export function smallHall({ rows = 4, seats = 7, mixed = true, accessible = 0 } = {}): fc.Arbitrary<SmallHall> {
  const category = fc.constantFrom(...categories)
  const use: fc.Arbitrary<AccessibleUse | undefined> =
    accessible === 0
      ? fc.constant(undefined)
      : fc.oneof(
          { weight: accessible - 1, arbitrary: fc.constant(undefined) },
          { weight: 1, arbitrary: fc.constantFrom<AccessibleUse>('wheelchair', 'companion') },
        )
  const seat = fc.record({ category, use, x: fc.integer({ min: -4, max: 4 }), taken: fc.nat(3).map((n) => n === 0) })
  const row = fc.record({
    category,
    y: fc.integer({ min: 0, max: 6 }),
    seats: fc.array(seat, { minLength: 1, maxLength: seats }),
  })
  return fc.array(row, { minLength: 1, maxLength: rows }).map((all) => {
    const free = new Set<string>()
    const planRows = all.map((one, r) => ({
      id: `r${r}`,
      name: `${r}`,
      seats: one.seats.map((it, n): PlanSeat => {
        const id = `r${r}-${n}`
        if (!it.taken) free.add(id)
        const seatCategory = mixed ? it.category : one.category
        // Seats of a row stand side by side; a little out of line.
        return {
          id,
          number: `${n}`,
          category: seatCategory,
          x: n - seats / 2,
          y: one.y + it.x / 8,
          ...(it.use && { accessible: it.use }),
        }
      }),
    }))
    return hallOf(planRows, free)
  })
}

export function hallOf(rows: Plan['sections'][number]['rows'], free: Set<string>): SmallHall {
  const plan: Plan = {
    name: 'Small hall',
    focalPoint: { x: 0.3, y: -2 },
    categories: categories.map((id) => ({ id, name: id, color: '#123456' })),
    sections: [{ id: 's', name: 'S', rows }],
    areas: [],
  }
  const index = indexPlan(plan)
  const freeSeats = new FreeSeats(index)
  freeSeats.give([...free].map((id) => index.seats.get(id)!))
  return { plan, index, free, freeSeats }
}

/**
 * A hall in pictures, a row each: `a` a free seat of category A, `b` of B, `w` and `c` free wheelchair and companion places
 * of A, capitals the same when taken.
 */
export function drawn(...rows: string[]): SmallHall {
  const free = new Set<string>()
  const planRows = rows.map((row, r) => ({
    id: `r${r}`,
    name: `${r}`,
    seats: [...row].map((letter, n): PlanSeat => {
      const id = `r${r}-${n}`
      const kind = letter.toLowerCase()
      if (letter === kind) free.add(id)
      const use = ({ w: 'wheelchair', c: 'companion' } as const)[kind]
      const category = kind === 'b' ? 'B' : 'A'
      return { id, number: `${n}`, category, x: n - row.length / 2, y: r, ...(use && { accessible: use }) }
    }),
  }))
  return hallOf(planRows, free)
}
