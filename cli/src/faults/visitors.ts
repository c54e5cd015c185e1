import { setTimeout as sleep } from 'node:timers/promises'
import { RoomDoor, type Standing } from '../demo/rush/room-door.js'
import { SeededRandom } from '../demo/seeded-random.js'
import { type Caller, partitionOf } from './caller.js'
import type { Customers } from './customers.js'
import type { History } from './history.js'
import type { Timeline } from './timeline.js'

export interface VisitorsOptions {
  customers: Customers
  /** Shows with a waiting room. */
  rooms: readonly string[]
  count: number
  seed: number
  history: History
  /** Admissions that were told, by `admissions <partition>`. */
  timeline: Timeline
}

const pauseMs = { least: 20, most: 200 }
/** Who has waited so long goes, ms. */
const patienceMs = 30_000
const lookPatienceMs = 4_000

/** Visitors of waiting rooms: each comes, asks for their place, is admitted, reserves with the token, and goes; or goes before, with or without a word. */
export class Visitors {
  private going = true
  private running: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: VisitorsOptions) {}

  start(): void {
    this.running = Promise.all(Array.from({ length: this.options.count }, (_, at) => this.one(at)))
  }

  /** Rejects where a visitor met what nobody expects. */
  get failed(): Promise<never> {
    return this.running.then(() => new Promise<never>(() => {}))
  }

  /** Each finishes what they are about; who waits goes. */
  async stop(): Promise<void> {
    this.going = false
    await this.running
  }

  private async one(at: number): Promise<void> {
    const { customers, rooms, seed } = this.options
    const random = SeededRandom.of(seed, 10_000 + at)
    for (let generation = 0; this.going; generation += 1) {
      const showId = rooms[random.below(rooms.length)] as string
      const id = `visitor-${at}-${generation}`
      const caller = await customers.caller(10_000 + at, id)
      const door = new RoomDoor(showId, await customers.client(id, 'visitor', lookPatienceMs))
      await this.visit(caller, door, showId, random)
      await sleep(random.between(pauseMs.least, pauseMs.most))
    }
  }

  private async visit(caller: Caller, door: RoomDoor, showId: string, random: SeededRandom): Promise<void> {
    const enter = () => caller.command('enter', showId, {}, null)
    const entered = await enter()
    if (entered.outcome === 'fail') return
    // Comes again on another device, and has one place.
    if (random.next() < 0.2) await enter()
    const way = random.weighted({ buy: 70, leave: 15, 'leave-and-return': 5, vanish: 10 })
    if (way === 'vanish') return
    if (way !== 'buy') {
      await caller.command('leave', showId, {}, entered.reservationId)
      if (way === 'leave') return
      await enter()
    }
    const admission = await this.untilAdmitted(door, showId)
    if (admission !== null) await this.buy(caller, showId, admission, random)
  }

  private async untilAdmitted(door: RoomDoor, showId: string): Promise<string | null> {
    const { history, timeline } = this.options
    for (const until = history.now() + patienceMs; this.going && history.now() < until; ) {
      const standing = await door.look(null)
      if (standing?.admission) {
        timeline.add(`admissions ${partitionOf(showId)}`, history.now())
        return standing.admission
      }
      if (standing && isOver(standing)) return null
      await sleep(Math.min(standing?.askAgainSeconds ?? 1, 1) * 1_000)
    }
    return null
  }

  private async buy(caller: Caller, showId: string, admission: string, random: SeededRandom): Promise<void> {
    const request = { showId, bestAvailable: { quantity: 1 + random.below(2) }, admission }
    const held = await caller.command('reserve', showId, request, null)
    const { reservationId } = held
    if (held.outcome !== 'ok' || !reservationId) return
    // The token does for one reservation.
    if (random.next() < 0.1) await caller.command('reserve', showId, request, null)
    const act = (f: 'confirm' | 'release' | 'cancel') => caller.command(f, showId, { reservationId }, reservationId)
    const ending = random.weighted({ buy: 60, release: 25, vanish: 15 })
    if (ending === 'release') await act('release')
    // Bought tickets are given back: the hall must not be full before the faults are over.
    if (ending === 'buy' && (await act('confirm')).outcome === 'ok') await act('cancel')
  }
}

const isOver = ({ status }: Standing) => status !== 'waiting' && status !== 'away' && status !== 'admitted'
