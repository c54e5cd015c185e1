import type { Plan } from './plan.js'

/**
 * A plan with a dense number for each seat, built once and shared by all shows on it. Seats are numbered in plan order, so
 * that a row is a run of numbers. Each row also begins at a word of its own in a bitset, so that a row's bits can be read
 * without shifting: `seatBit` is a seat's bit there.
 */
export interface PlanIndex {
  readonly plan: Plan
  readonly seatCount: number
  /** Seats plus places in areas. */
  readonly capacity: number
  readonly seatIds: readonly string[]
  readonly seats: ReadonlyMap<string, number>
  readonly seatCategory: Uint16Array
  readonly seatRow: Uint32Array
  readonly seatBit: Uint32Array
  /** First seat of each row, and one past the last seat at the end. */
  readonly rowStart: Uint32Array
  /** First bitset word of each row, and the number of words at the end. */
  readonly rowWord: Uint32Array
  readonly categoryIds: readonly string[]
  readonly categories: ReadonlyMap<string, number>
  /** Categories that a seat or an area is in. */
  readonly usedCategories: readonly number[]
  readonly areaIds: readonly string[]
  readonly areas: ReadonlyMap<string, number>
  readonly areaCapacity: Uint32Array
  readonly areaCategory: Uint16Array
}

const indexes = new WeakMap<Plan, PlanIndex>()

/** The index of a valid plan; the same plan object gives the same index. Throws where the plan names an unknown category. */
export function indexPlan(plan: Plan): PlanIndex {
  const known = indexes.get(plan)
  if (known) return known
  const index = buildIndex(plan)
  indexes.set(plan, index)
  return index
}

function buildIndex(plan: Plan): PlanIndex {
  const categoryIds = plan.categories.map((category) => category.id)
  const categories = numbered(categoryIds)
  const categoryOf = (id: string): number => {
    const category = categories.get(id)
    if (category === undefined) throw new Error(`plan "${plan.name}" names the category "${id}" that it does not have`)
    return category
  }
  const rows = plan.sections.flatMap((section) => section.rows)
  const seatList = rows.flatMap((row) => row.seats)
  const seatRow = new Uint32Array(seatList.length)
  const seatBit = new Uint32Array(seatList.length)
  const rowStart = new Uint32Array(rows.length + 1)
  const rowWord = new Uint32Array(rows.length + 1)
  rows.forEach((row, at) => {
    const start = rowStart[at]!
    const word = rowWord[at]!
    for (let place = 0; place < row.seats.length; place++) {
      seatRow[start + place] = at
      seatBit[start + place] = word * 32 + place
    }
    rowStart[at + 1] = start + row.seats.length
    rowWord[at + 1] = word + Math.ceil(row.seats.length / 32)
  })
  const seatCategory = Uint16Array.from(seatList, (seat) => categoryOf(seat.category))
  const areaCategory = Uint16Array.from(plan.areas, (area) => categoryOf(area.category))
  const areaIds = plan.areas.map((area) => area.id)
  const seatIds = seatList.map((seat) => seat.id)
  return {
    plan,
    seatCount: seatList.length,
    capacity: seatList.length + plan.areas.reduce((sum, area) => sum + area.capacity, 0),
    seatIds,
    seats: numbered(seatIds),
    seatCategory,
    seatRow,
    seatBit,
    rowStart,
    rowWord,
    categoryIds,
    categories,
    usedCategories: [...new Set([...seatCategory, ...areaCategory])].sort((a, b) => a - b),
    areaIds,
    areas: numbered(areaIds),
    areaCapacity: Uint32Array.from(plan.areas, (area) => area.capacity),
    areaCategory,
  }
}

function numbered(ids: readonly string[]): Map<string, number> {
  return new Map(ids.map((id, at) => [id, at]))
}
