import type { SeededRandom } from './seeded-random.js'

/** What becomes of a buyer's seats once they are held. */
export type Intention = 'buy' | 'let-go' | 'buy-and-cancel' | 'walk-away'

export interface Behaviour {
  party: number
  intention: Intention
  /** Waits for seats that others let go; the others leave when nothing is free. */
  patient: boolean
  /** When they push the button for the first time, ms after sales open. */
  arrivesMs: number
}

/** Most of the rush comes at once, the rest within this time, ms. */
const rushMs = 4_000

/** How many of each size of party there are, as weights. */
export type Parties = Readonly<Record<number, number>>

/** Those who choose their seats themselves, and groups who leave it to the box office. */
export const couples: Parties = { 1: 20, 2: 50, 3: 12, 4: 18 }
export const groups: Parties = { 1: 18, 2: 34, 3: 14, 4: 20, 5: 7, 6: 7 }

export function behaviourOf(random: SeededRandom, parties: Parties): Behaviour {
  const patient = random.next() < 0.15
  return {
    party: Number(random.weighted(parties)),
    // Whoever waits for a seat to come back means to have it.
    intention: patient ? 'buy' : random.weighted({ buy: 78, 'let-go': 8, 'buy-and-cancel': 6, 'walk-away': 8 }),
    patient,
    arrivesMs: random.next() ** 3 * rushMs,
  }
}
