import { fan, rowDepth } from './fan.js'
import type { Plan, PlanCategory, PlanSection } from './plan.js'
import { shareOut } from './share-out.js'

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
 * places in all, `standing` of them in the area (2,500 seats and 300 to stand); the same numbers always give the same plan.
 */
export function theatre(
  { places, standing }: { places: number; standing: number } = { places: 2800, standing: 300 },
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

/**
 * A stadium: two tiers all around the field, each cut by stairs into half of the sections, the lower one dearer towards the
 * front. The last row of each lower section begins with two wheelchair places, each with a companion seat. Exactly `seats`
 * seats and no areas; the same numbers always give the same plan.
 */
export function stadium(
  { seats, sections }: { seats: number; sections: number } = { seats: 50_000, sections: 60 },
): Plan {
  requireCount('seats', seats)
  requireCount('sections', sections)
  if (sections < 4 || sections % 2 > 0) throw new RangeError('a stadium has two tiers of at least two sections each')
  if (seats < sections * 8) throw new RangeError('a section of a stadium has eight seats at least')
  const [lowerSeats, upperSeats] = shareOut(seats, [2, 3]) as [number, number]
  const around = { from: 0, to: 2 * Math.PI }
  const blocks = (tier: number) =>
    Array.from({ length: sections / 2 }, (_, at) => `Section ${tier}${`${at + 1}`.padStart(2, '0')}`)
  const firstRadius = 2 + sections / 1.5
  const lower = fan({
    seats: lowerSeats,
    blocks: blocks(1),
    firstRadius,
    ...around,
    categoryOf: (ring, rings) => categories[Math.floor((2 * ring) / rings)]!.id,
  }).map(withWheelchairPlaces)
  const depth = Math.max(...lower.map((section) => section.rows.length)) * rowDepth
  const upper = fan({
    seats: upperSeats,
    blocks: blocks(2),
    firstRadius: firstRadius + depth + 6,
    ...around,
    categoryOf: (ring, rings) => categories[2 + Math.floor((2 * ring) / rings)]!.id,
  })
  return plan(`Stadium, ${seats} seats`, 4, [...lower, ...upper], [])
}

function withWheelchairPlaces(section: PlanSection): PlanSection {
  const last = section.rows.at(-1)!
  const seats = last.seats.map((seat, at) =>
    at < 4 ? { ...seat, accessible: at % 2 === 0 ? ('wheelchair' as const) : ('companion' as const) } : seat,
  )
  return { ...section, rows: [...section.rows.slice(0, -1), { ...last, seats }] }
}

function plan(name: string, categoryCount: number, sections: PlanSection[], areas: Plan['areas']): Plan {
  return { name, focalPoint: { x: 0, y: 0 }, categories: categories.slice(0, categoryCount), sections, areas }
}

function requireCount(what: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) throw new RangeError(`${what}: ${value} is not a whole number from 1`)
}
