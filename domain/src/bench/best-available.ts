import { decide } from '../show/decide.js'
import type { ShowEvent } from '../show/events.js'
import { evolve } from '../show/evolve.js'
import type { ShowState } from '../show/state.js'
import { stadium } from '../venue/halls.js'
import { indexPlan, type PlanIndex } from '../venue/plan-index.js'

export interface BestAvailableBench {
  seats: number
  /** Decisions that were timed: held and refused ones alike. */
  decisions: number
  held: number
  split: number
  refused: number
  p50Micros: number
  p99Micros: number
  maxMicros: number
  /** Of a full house, without the plan, which all shows on it share; null where `usedBytes` was not given. */
  stateMiB: number | null
}

/**
 * Sells a stadium of `seats` seats (from 480 on) to parties of 1 to 6 with best-available holds, `rounds` times, and times
 * every decision, from the empty house to the last refusals; now and then a hold is let go, so that holes come up.
 * `nowNs` is a clock in ns that never goes back; `usedBytes` says how much memory is in use
 * (after a collection, buffers included).
 */
export function benchBestAvailable({
  seats,
  rounds,
  nowNs,
  usedBytes,
}: {
  seats: number
  rounds: number
  nowNs: () => number
  usedBytes?: () => number
}): BestAvailableBench {
  const plan = indexPlan(stadium({ seats, sections: 60 }))
  const micros: number[] = []
  const counts = { held: 0, split: 0, refused: 0 }
  for (let round = 0; round < rounds; round++) {
    const random = sequence(round + 1)
    let state = openShow(plan)
    const live: string[] = []
    // Until the house is as good as full: a hundred refusals in a row.
    for (let buyer = 0, inVain = 0; inVain < 100; buyer++) {
      const command = hold(buyer, random)
      const before = nowNs()
      const decision = decide(state, command, buyer, null)
      micros.push((nowNs() - before) / 1000)
      if (!decision.ok) {
        counts.refused++
        inVain++
        continue
      }
      const [event] = decision.events as [ShowEvent]
      counts.held++
      inVain = 0
      if (event.type === 'SeatsHeld' && event.data.notes.includes('split')) counts.split++
      state = evolve(state, event, null)
      live.push(command.data.reservationId)
      if (random() % 10 === 0) letGo(state, live, random, buyer)
    }
  }
  micros.sort((a, b) => a - b)
  const at = (share: number) =>
    Number((micros[Math.min(micros.length - 1, Math.floor(share * micros.length))] ?? 0).toFixed(2))
  const stateMiB = usedBytes ? weighState(plan, usedBytes) : null
  return {
    seats,
    decisions: micros.length,
    ...counts,
    p50Micros: at(0.5),
    p99Micros: at(0.99),
    maxMicros: at(1),
    stateMiB,
  }
}

const showId = '0.00000000-0000-7000-8000-000000000000'

function openShow(plan: PlanIndex): ShowState {
  const terms = {
    showId,
    planHash: 'stadium',
    title: 'Bench',
    currency: 'KRW',
    prices: plan.categoryIds.map((category) => ({ category, priceMinor: 99_000 })),
    perCustomerLimit: 6,
    holdMs: 300_000,
    salesFrom: 0,
    salesUntil: 10 ** 12,
    startsAt: 10 ** 12,
    orphanRule: 'off',
    published: true,
  }
  const decision = decide(null, { type: 'ScheduleShow', data: terms }, 0, plan)
  if (!decision.ok) throw new Error(decision.rejection.reason)
  return evolve(null, decision.events[0]!, plan)
}

/** A show with every place held, by parties of two, on top of what was in use before. */
function weighState(plan: PlanIndex, usedBytes: () => number): number {
  const before = usedBytes()
  let state = openShow(plan)
  for (let buyer = 0; ; buyer++) {
    const decision = decide(
      state,
      hold(buyer, () => 1),
      buyer,
      null,
    )
    if (!decision.ok) break
    state = evolve(state, decision.events[0]!, null)
  }
  const bytes = usedBytes() - before
  if (state.held < state.freeSeats.count(plan.categoryIds.length)) throw new Error('the house is not full')
  return Number((bytes / 2 ** 20).toFixed(1))
}

function hold(buyer: number, random: () => number) {
  const id = buyer.toString(16).padStart(12, '0')
  return {
    type: 'HoldSeats' as const,
    data: {
      showId,
      reservationId: `${showId}.00000000-0000-7000-8000-${id}`,
      customerId: `customer-${id}`,
      seats: [],
      areas: [],
      bestAvailable: { category: null, quantity: 1 + (random() % 6), together: 'preferred', accessible: false },
      admission: null,
    },
  }
}

function letGo(state: ShowState, live: string[], random: () => number, now: number): void {
  const [reservationId] = live.splice(random() % live.length, 1) as [string]
  const { customerId } = state.reservations.get(reservationId)!
  const decision = decide(state, { type: 'ReleaseHold', data: { showId, reservationId, customerId } }, now, null)
  if (decision.ok) evolve(state, decision.events[0]!, null)
}

/** Whole numbers from 0, the same for the same start (xorshift). */
function sequence(start: number): () => number {
  let x = start * 2654435761
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return x >>> 0
  }
}
