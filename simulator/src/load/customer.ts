import type { SeededRandom } from '../kernel/index.js'
import type { Clients } from './clients.js'
import type { Request } from './request.js'
import { type Held, type OnSale, randomChoice } from './sale.js'

export interface Crowd {
  clients: Clients
  random: SeededRandom
  shows: OnSale[]
  thinkMs: number
  wants(): boolean
  nextKey(): string
}

/** One person: holds, pays, changes their mind, and now and then sends something twice. */
export class Customer {
  private readonly held: Held[] = []
  private last: Request | null = null

  constructor(
    private readonly crowd: Crowd,
    private readonly id: string,
  ) {}

  async live(): Promise<void> {
    const { crowd } = this
    const { process } = crowd.clients
    await process.sleep(crowd.random.exponential(crowd.thinkMs))
    while (crowd.wants()) {
      await this.act()
      await process.sleep(crowd.random.exponential(crowd.thinkMs))
    }
  }

  private async act(): Promise<void> {
    const { crowd } = this
    const { random, clients } = crowd
    if (this.last && random.chance(0.06)) {
      // Once more, as a client does that is unsure; or with another body, as one does that has a bug.
      const changes = this.last.operation === 'HoldSeats' && random.chance(0.4)
      const other = changes ? { seats: [], areas: [{ area: 'pit', quantity: 1 }], bestAvailable: null } : {}
      await clients.ask({ ...this.last, body: { ...this.last.body, ...other } })
      return
    }
    const existing = this.held.length > 0 && random.chance(0.55) ? random.pick(this.held) : null
    if (existing) await this.goOn(existing)
    else await this.hold()
  }

  private async hold(): Promise<void> {
    const { crowd } = this
    const show = crowd.random.pick(crowd.shows)
    if (!show) return
    const request = this.request('HoldSeats', show.showId, { ...randomChoice(crowd.random, show) })
    const outcome = await crowd.clients.ask(request)
    if (outcome.kind !== 'answered' || outcome.type !== 'SeatsHeld') return
    show.taken += 1
    this.held.push({ reservationId: outcome.data.reservationId as string, showId: show.showId, confirmed: false })
  }

  private async goOn(it: Held): Promise<void> {
    const { crowd } = this
    const { random } = crowd
    const what = random.next()
    if (it.confirmed) {
      await (what < 0.5 ? this.end(it, 'CancelReservation', { reason: 'changed-mind' }) : this.hold())
      return
    }
    // Some let their time run out first.
    if (what < 0.08) await crowd.clients.process.sleep(random.exponential(8_000))
    if (what < 0.35) {
      const confirm = this.request('ConfirmReservation', it.showId, { reservationId: it.reservationId })
      const outcome = await crowd.clients.ask(confirm)
      if (outcome.kind === 'answered' && outcome.type === 'ReservationConfirmed') it.confirmed = true
      else if (outcome.kind === 'answered') this.forget(it)
      return
    }
    if (what < 0.55) return this.end(it, 'ReleaseHold', {})
    if (what < 0.65) return this.end(it, 'CancelReservation', { reason: 'changed-mind' })
    if (what < 0.8) {
      await crowd.clients.ask(this.request('ExtendHold', it.showId, { reservationId: it.reservationId }))
      return
    }
    const show = crowd.shows.find(({ showId }) => showId === it.showId)
    if (!show) return this.forget(it)
    const body = { reservationId: it.reservationId, ...randomChoice(random, show) }
    await crowd.clients.ask(this.request('ChangeSeats', it.showId, body))
  }

  private async end(it: Held, operation: Request['operation'], more: object): Promise<void> {
    this.forget(it)
    await this.crowd.clients.ask(this.request(operation, it.showId, { reservationId: it.reservationId, ...more }))
  }

  private forget(it: Held): void {
    const at = this.held.indexOf(it)
    if (at >= 0) this.held.splice(at, 1)
  }

  private request(operation: Request['operation'], showId: string, body: Record<string, unknown>): Request {
    const request = { operation, caller: this.id, key: this.crowd.nextKey(), showId, body }
    this.last = request
    return request
  }
}
