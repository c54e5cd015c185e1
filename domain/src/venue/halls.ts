import type { Plan, PlanCategory, PlanRow, PlanSection } from './plan.js'
import { shareOut } from './share-out.js'

/** Metres. */
const seatWidth = 0.55
const rowDepth = 0.95

const categories: readonly PlanCategory[] = [
  { id: 'A', name: 'Category A', color: '#b3261e' },
  { id: 'B', name: 'Category B', color: '#d98200' },
  { id: 'C', name: 'Category C', color: '#2e7d32' },
  { id: 'D', name: 'Category D', color: '#1565c0' },
]

/**
 * A round hall: rings of seats around a stage in the middle, cut by aisles into six blocks, the front rings dearest. Exactly
 * `seats` seats and no areas; the same number always gives the same plan.
 */
export function roundHall({ seats }: { seats: number }): Plan {
  requireCount('seats', seats)
  const blocks = ['North', 'North-East', 'South-East', 'South', 'South-West', 'North-West']
  const sections = fan({
    seats,
    blocks,
    // The stage grows with the hall, as the first ring does.
    firstRadius: 4 + Math.sqrt(seats) / 12,
    from: 0,
    to: 2 * Math.PI,
    categoryOf: (ring, rings) => categories[Math.floor((3 * ring) / rings)]!.id,
  })
  return plan(`Round hall, ${seats} seats`, 3, sections, [])
}

/**
 * A theatre: stalls fan out before the stage, a balcony stands behind them, and a standing area is in front. `places`
 * places in all, `standing` of them in the area; the same numbers always give the same plan.
 */
export function theatre(
  { places, standing }: { places: number; standing: number } = { places: 2500, standing: 300 },
): Plan {
  requireCount('places', places)
  requireCount('standing', standing)
  if (places - standing < 2) throw new RangeError('a theatre has seats: at least two places are not for standing')
  const [stallSeats, balconySeats] = shareOut(places - standing, [7, 3]) as [number, number]
  const arc = { from: -Math.PI / 3, to: Math.PI / 3 }
  const stalls = fan({
    seats: stallSeats,
    blocks: ['Stalls left', 'Stalls centre', 'Stalls right'],
    firstRadius: 9,
    ...arc,
    categoryOf: (ring, rings) => categories[Math.floor((2 * ring) / rings)]!.id,
  })
  const depth = Math.max(...stalls.map((section) => section.rows.length)) * rowDepth
  const balcony = fan({
    seats: balconySeats,
    blocks: ['Balcony left', 'Balcony right'],
    firstRadius: 9 + depth + 4,
    ...arc,
    categoryOf: () => 'C',
  })
  const area = { id: 'standing', name: 'Standing', category: 'D', capacity: standing }
  return plan(`Theatre, ${places} places`, 4, [...stalls, ...balcony], [area])
}

function plan(name: string, categoryCount: number, sections: PlanSection[], areas: Plan['areas']): Plan {
  return { name, focalPoint: { x: 0, y: 0 }, categories: categories.slice(0, categoryCount), sections, areas }
}

interface Fan {
  seats: number
  /** Names of the blocks, from the first angle to the last. */
  blocks: readonly string[]
  firstRadius: number
  /** Radians, clockwise from "up". */
  from: number
  to: number
  categoryOf: (ring: number, rings: number) => string
}

/** Blocks of curved rows around the origin: as few rings as give each seat its width, each ring as full as the others. */
function fan({ seats, blocks, firstRadius, from, to, categoryOf }: Fan): PlanSection[] {
  const aisle = 1.2
  const blockAngle = (to - from) / blocks.length
  const length = (ring: number) => Math.max(seatWidth, (firstRadius + ring * rowDepth) * blockAngle - aisle)
  let rings = 0
  for (let room = 0; room < seats; rings++) room += blocks.length * Math.floor(length(rings) / seatWidth)
  const counts = shareOut(
    seats,
    Array.from({ length: rings * blocks.length }, (_, at) => length(Math.floor(at / blocks.length))),
  )
  return blocks.map((name, block) => {
    const id = name.toLowerCase().replaceAll(' ', '-')
    const rows: PlanRow[] = []
    for (let ring = 0; ring < rings; ring++) {
      const count = counts[ring * blocks.length + block]!
      if (count === 0) continue
      const radius = firstRadius + ring * rowDepth
      const row = `${ring + 1}`
      const category = categoryOf(ring, rings)
      rows.push({
        id: `${id}-${row}`,
        name: row,
        seats: Array.from({ length: count }, (_, at) => {
          const alongRow = (at + 0.5) / count - 0.5
          const angle = from + (block + 0.5) * blockAngle + (alongRow * length(ring)) / radius
          const number = `${at + 1}`
          return {
            id: `${id}-${row}-${number}`,
            number,
            category,
            x: metres(radius * Math.sin(angle)),
            y: metres(-radius * Math.cos(angle)),
          }
        }),
      })
    }
    return { id, name, rows }
  })
}

/** Whole centimetres: sine and cosine may differ in their last bits from one machine to another, a plan's hash may not. */
function metres(value: number): number {
  return Math.round(value * 100) / 100 + 0
}

function requireCount(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${what}: ${value} is not a whole number from 1`)
}
