import { setTimeout as sleep } from 'node:timers/promises'
import type { SeededRandom } from '../seeded-random.js'
import type { Customer } from '../shop.js'
import { Heart } from './heart.js'
import type { RoomDoor, Standing } from './room-door.js'
import type { RushRecord } from './rush-record.js'
import type { VisitPlan } from './visit-plan.js'

export interface Visitor {
  customer: Customer
  door: RoomDoor
  plan: VisitPlan
  random: SeededRandom
}

export interface Rush {
  record: RushRecord
  /** Sold out: nobody waits any more. */
  over: AbortSignal
}

/** One visitor, from coming to going. */
export async function visit({ customer, door, plan, random }: Visitor, rush: Rush): Promise<void> {
  const { record } = rush
  await pause(plan.arrivesMs, rush.over)
  if (rush.over.aborted) return
  const entered = await door.enter()
  if (!entered) return
  record.entered(customer.id, entered.entryId)
  const leavesAt = plan.leaves ? performance.now() + plan.leaves.afterMs : Number.POSITIVE_INFINITY
  const admission = await untilAdmitted(door, { ...entered, customerId: customer.id }, leavesAt, rush)
  if (admission === null || (plan.leaves && !plan.leaves.holdsSeats)) {
    record.gone(customer.id)
    return
  }
  record.shops(customer.id)
  await buy(customer, plan, admission, random)
  record.gone(customer.id)
}

/** @returns the admission's token; null where the visitor leaves, or has no place any more */
async function untilAdmitted(
  door: RoomDoor,
  { position, customerId }: { position: string | null; customerId: string },
  leavesAt: number,
  { record, over }: Rush,
): Promise<string | null> {
  const heart = new Heart(door)
  try {
    for (let after = position; ; ) {
      if (over.aborted || performance.now() >= leavesAt) return null
      const seen = await door.look(after)
      if (seen) {
        after = null
        heart.follow(seen)
        record.saw(customerId, seen)
        if (seen.admission) return seen.admission
        if (isOver(seen)) return null
      }
      const askAt = performance.now() + (seen?.askAgainSeconds ?? restSeconds) * 1_000
      await pause(Math.min(askAt, leavesAt) - performance.now(), over)
    }
  } finally {
    heart.stop()
  }
}

/** As many of the best seats as there are for the party; pays for them, or goes without a word. */
async function buy(customer: Customer, plan: VisitPlan, admission: string, random: SeededRandom): Promise<void> {
  for (let party = plan.party; party > 0; party -= 1) {
    const choice = { seats: [], areas: [], bestAvailable: { quantity: party } }
    const reserved = await customer.reserve(choice, admission)
    if (reserved.outcome === 'accepted' && reserved.reservationId) {
      if (plan.leaves) return
      await sleep(random.between(100, 900))
      await customer.confirm(reserved.reservationId)
      return
    }
    if (reserved.outcome === null || reserved.code !== 'sold-out') return
  }
}

const restSeconds = 3
const ended: ReadonlySet<Standing['status']> = new Set(['active', 'completed', 'left', 'skipped', 'expired'])
const isOver = ({ state, status }: Standing) => ended.has(status) || (state === 'closed' && status !== 'admitted')

async function pause(ms: number, over: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal: over }).catch(() => {})
}
