import type { Parties } from '../behaviour.js'
import type { SeededRandom } from '../seeded-random.js'

/** What a visitor means to do. */
export interface VisitPlan {
  party: number
  /** After the lobby has opened, ms. */
  arrivesMs: number
  /** Goes without a word; null: stays. */
  leaves: {
    /** So long after having come; whoever is admitted before does not come. */
    afterMs: number
    /** Where admitted before: holds seats first, and goes then. */
    holdsSeats: boolean
  } | null
}

export interface Crowd {
  visitors: number
  /** Share of those who leave without a word. */
  abandon: number
  /** The lobby lasts so long, ms. */
  lobbyMs: number
}

export const mostSeatsEach = 2
const parties: Parties = { 1: 20, 2: 80 }
/** So many come before the room opens. */
const inLobby = 0.8
/** The others, within this time, ms. */
const lateMs = 15_000
const patienceMs = 30_000

export function visitPlanOf(random: SeededRandom, { abandon, lobbyMs }: Crowd): VisitPlan {
  const isEarly = random.next() < inLobby
  return {
    party: Number(random.weighted(parties)),
    arrivesMs: isEarly ? random.next() ** 2 * lobbyMs * 0.8 : lobbyMs + random.next() * lateMs,
    leaves:
      random.next() < abandon ? { afterMs: random.between(2_000, patienceMs), holdsSeats: random.next() < 0.5 } : null,
  }
}
