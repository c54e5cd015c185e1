import type { Plan } from '@onsale/domain'
import type { SeededRandom } from '../kernel/index.js'

export interface Held {
  reservationId: string
  showId: string
  confirmed: boolean
}

/** A show that is on sale, as clients know it. */
export interface OnSale {
  showId: string
  plan: Plan
  /** Places that clients know to be taken, about. */
  taken: number
}

export interface Choice {
  seats: string[]
  areas: { area: string; quantity: number }[]
  bestAvailable: { category: string | null; quantity: number; together: string; accessible: boolean } | null
}

/** Ids of all seats: a plan never changes. */
const seatsOf = new WeakMap<Plan, string[]>()

/** What somebody asks for: named seats side by side or here and there, the best available ones, places in an area; now and then nonsense. */
export function randomChoice(random: SeededRandom, { plan }: OnSale): Choice {
  const seats =
    seatsOf.get(plan) ?? plan.sections.flatMap(({ rows }) => rows.flatMap((row) => row.seats.map((it) => it.id)))
  seatsOf.set(plan, seats)
  const quantity = random.between(1, 4)
  const what = random.next()
  if (what < 0.4) {
    const first = random.below(seats.length)
    return { seats: seats.slice(first, first + quantity), areas: [], bestAvailable: null }
  }
  if (what < 0.7) {
    const bestAvailable = {
      category: random.pick(['front', 'back', null]),
      quantity,
      together: random.pick(['required', 'preferred']),
      accessible: random.chance(0.1),
    }
    return { seats: [], areas: [], bestAvailable }
  }
  if (what < 0.9) return { seats: [], areas: [{ area: random.pick(plan.areas).id, quantity }], bestAvailable: null }
  if (what < 0.95) return { seats: [random.pick(seats)], areas: [{ area: 'pit', quantity: 1 }], bestAvailable: null }
  return { seats: [random.pick([...seats, 'nowhere-1']), 'nowhere-2'], areas: [], bestAvailable: null }
}
