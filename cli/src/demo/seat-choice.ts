import type { SeededRandom } from './seeded-random.js'

/** What a buyer sees: rows of seats side by side, which of them are free, and areas with places left. */
export interface HallView {
  rows: readonly (readonly string[])[]
  isFree(seat: string): boolean
  areas: readonly AreaView[]
}

export interface AreaView {
  area: string
  capacity: number
  free: number
}

export interface Choice {
  seats: string[]
  areas: { area: string; quantity: number }[]
  bestAvailable?: { quantity: number }
}

/** How a party comes to what it asks for; null where nothing is free. */
export type Choose = (view: HallView, party: number, random: SeededRandom) => Choice | null

/** Leaves the choice of seats to the box office: as many as the party is, or as there are. */
export const bestSeats: Choose = ({ rows, isFree }, party) => {
  let quantity = 0
  for (const row of rows) for (const seat of row) if (quantity < party && isFree(seat)) quantity += 1
  return quantity === 0 ? null : { seats: [], areas: [], bestAvailable: { quantity } }
}

/**
 * Places for a party as people pick them: seats side by side, else whatever is free, fewer if there are no more; or places
 * in an area, the likelier the larger it is. Null where nothing is free.
 */
export function choosePlaces(view: HallView, party: number, random: SeededRandom): Choice | null {
  const seatCount = view.rows.reduce((sum, row) => sum + row.length, 0)
  const standing = view.areas.reduce((sum, { capacity }) => sum + capacity, 0)
  const standingFirst = random.next() * (seatCount + standing) < standing
  const area = () => chooseArea(view.areas, party, random)
  const seats = () => {
    const chosen = chooseSeats(view, party, random)
    return chosen.length > 0 ? { seats: chosen, areas: [] } : null
  }
  return standingFirst ? (area() ?? seats()) : (seats() ?? area())
}

function chooseArea(areas: readonly AreaView[], party: number, random: SeededRandom): Choice | null {
  const open = areas.filter(({ free }) => free > 0)
  const chosen = open[random.below(open.length)]
  return chosen ? { seats: [], areas: [{ area: chosen.area, quantity: Math.min(party, chosen.free) }] } : null
}

function chooseSeats({ rows, isFree }: HallView, party: number, random: SeededRandom): string[] {
  const runs: string[][] = []
  const free: string[] = []
  for (const row of rows) {
    let run: string[] = []
    for (const seat of row) {
      if (!isFree(seat)) {
        run = []
        continue
      }
      free.push(seat)
      run = [...run, seat].slice(-party)
      if (run.length === party) runs.push(run)
    }
  }
  if (runs.length > 0) return runs[random.below(runs.length)] as string[]
  const chosen: string[] = []
  while (chosen.length < party && free.length > 0) chosen.push(...free.splice(random.below(free.length), 1))
  return chosen
}
