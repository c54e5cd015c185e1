import { companion, type Nearness, nearnessOf, ordinary, wheelchair } from './nearness.js'
import type { Plan, PlanSeat } from './plan.js'

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
  /** `ordinary`, `wheelchair` or `companion`. */
  readonly seatUse: Uint8Array
  /** Bits of the ordinary seats. */
  readonly ordinarySeats: Uint32Array
  /** By category number, the last of any: most ordinary seats side by side. */
  readonly longestRuns: readonly number[]
  /** Rows with a wheelchair place. */
  readonly wheelchairRows: readonly number[]
  readonly nearness: Nearness
  readonly seatX: Float64Array
  readonly seatY: Float64Array
  /** Of each row: least x, greatest x, least y, greatest y. */
  readonly rowBounds: Float64Array
  readonly categoryIds: readonly string[]
  readonly categories: ReadonlyMap<string, number>
  /** Categories that a seat is in. */
  readonly seatCategories: ReadonlySet<number>
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
  const seatUse = Uint8Array.from(seatList, ({ accessible }) =>
    accessible === 'wheelchair' ? wheelchair : accessible === 'companion' ? companion : ordinary,
  )
  const ordinarySeats = new Uint32Array(rowWord[rows.length]!)
  seatBit.forEach((bit, seat) => {
    if (seatUse[seat] === ordinary) ordinarySeats[bit >>> 5]! |= 1 << (bit & 31)
  })
  const wheelchairRows = new Set<number>()
  seatUse.forEach((use, seat) => {
    if (use === wheelchair) wheelchairRows.add(seatRow[seat]!)
  })
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
    seatUse,
    ordinarySeats,
    longestRuns: longestRuns(categoryIds.length, rowStart, seatCategory, seatUse),
    wheelchairRows: [...wheelchairRows],
    nearness: nearnessOf(plan, seatRow, seatCategory, seatUse),
    seatX: Float64Array.from(seatList, ({ x }) => x),
    seatY: Float64Array.from(seatList, ({ y }) => y),
    rowBounds: Float64Array.from(rows.flatMap(({ seats }) => boundsOf(seats))),
    categoryIds,
    categories,
    seatCategories: new Set(seatCategory),
    usedCategories: [...new Set([...seatCategory, ...areaCategory])].sort((a, b) => a - b),
    areaIds,
    areas: numbered(areaIds),
    areaCapacity: Uint32Array.from(plan.areas, (area) => area.capacity),
    areaCategory,
  }
}

function boundsOf(seats: readonly PlanSeat[]): [number, number, number, number] {
  const bounds: [number, number, number, number] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const { x, y } of seats) {
    bounds[0] = Math.min(bounds[0], x)
    bounds[1] = Math.max(bounds[1], x)
    bounds[2] = Math.min(bounds[2], y)
    bounds[3] = Math.max(bounds[3], y)
  }
  return bounds
}

function longestRuns(
  categories: number,
  rowStart: Uint32Array,
  seatCategory: Uint16Array,
  seatUse: Uint8Array,
): number[] {
  const longest = new Array<number>(categories + 1).fill(0)
  for (let row = 0; row + 1 < rowStart.length; row++) {
    let length = 0
    let ofCategory = 0
    for (let seat = rowStart[row]!; seat < rowStart[row + 1]!; seat++) {
      const category = seatCategory[seat]!
      const goesOn = seat > rowStart[row]! && category === seatCategory[seat - 1]
      length = seatUse[seat] === ordinary ? length + 1 : 0
      ofCategory = seatUse[seat] === ordinary ? (goesOn ? ofCategory : 0) + 1 : 0
      longest[categories] = Math.max(longest[categories]!, length)
      longest[category] = Math.max(longest[category]!, ofCategory)
    }
  }
  return longest
}

function numbered(ids: readonly string[]): Map<string, number> {
  return new Map(ids.map((id, at) => [id, at]))
}
