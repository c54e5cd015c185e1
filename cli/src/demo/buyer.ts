import { setTimeout as sleep } from 'node:timers/promises'
import type { Behaviour } from './behaviour.js'
import type { Choose, HallView } from './seat-choice.js'
import type { SeededRandom } from './seeded-random.js'
import type { Customer } from './shop.js'

/** The hall as a buyer sees it, a moment old. */
export interface LiveHall extends HallView {
  /** Looks again, if what is known is older than a moment. */
  look(): Promise<void>
  readonly free: number
  /** Nothing is free, and nobody is left who could let go of a seat. */
  readonly over: boolean
}

/** Refusals after which other seats are worth a try. */
const worthAnotherTry = new Set(['seat-taken', 'area-full', 'sold-out', 'hold-expired'])

/**
 * One buyer, from pushing the button to leaving. The first choice is made from the plan as everybody has it on the screen
 * when sales open: that is what makes a rush. Ends when they have what they want, or nothing is left for them, or an
 * answer did not come.
 */
export async function shopAround(
  customer: Customer,
  behaviour: Behaviour,
  hall: LiveHall,
  random: SeededRandom,
  choose: Choose,
): Promise<void> {
  await sleep(behaviour.arrivesMs)
  for (let visit = 1; ; visit += 1) {
    const choice = choose(visit === 1 ? allFree(hall) : hall, behaviour.party, random)
    if (choice === null) {
      if (hall.over || (hall.free === 0 && !behaviour.patient)) return
      await sleep(random.between(200, 600))
      await hall.look()
      continue
    }
    const reserved = await customer.reserve(choice)
    if (reserved.outcome === 'accepted' && reserved.reservationId) {
      if (await settle(customer, behaviour, reserved.reservationId, random)) return
    } else if (reserved.outcome === null || !worthAnotherTry.has(reserved.code ?? '')) return
    // Whoever is refused again and again looks longer before the next try.
    await sleep(random.between(150, 450) * Math.min(visit, 6))
    await hall.look()
  }
}

const allFree = ({ rows, areas }: LiveHall): HallView => ({
  rows,
  isFree: () => true,
  areas: areas.map((area) => ({ ...area, free: area.capacity })),
})

/** @returns false where the seats were lost on the way (the hold ran out) and the buyer starts anew */
async function settle(
  customer: Customer,
  { intention }: Behaviour,
  reservationId: string,
  random: SeededRandom,
): Promise<boolean> {
  await sleep(random.between(20, 400))
  if (intention === 'walk-away') return true
  if (intention === 'let-go') {
    await customer.release(reservationId)
    return true
  }
  const confirmed = await customer.confirm(reservationId)
  if (confirmed.outcome === 'rejected') return !worthAnotherTry.has(confirmed.code ?? '')
  if (confirmed.outcome === 'accepted' && intention === 'buy-and-cancel') await customer.cancel(reservationId)
  return true
}
