import type { Plan } from '@onsale/domain'
import type { Crowd } from './customer.js'
import type { Request } from './request.js'
import { type OnSale, randomChoice } from './sale.js'

export interface Terms {
  perCustomerLimit: number
  holdMs: number
  /** UTC ms. */
  from: number
}

/** A show that sells for a day from `terms.from` on, as ScheduleShow has it; what is left differs. */
export const anEvening = (planHash: string, plan: Plan, terms: Terms) => ({
  planHash,
  title: 'An evening',
  currency: 'EUR',
  prices: plan.categories.map(({ id }, at) => ({ category: id, priceMinor: 1_000 * (3 - at) })),
  perCustomerLimit: terms.perCustomerLimit,
  holdMs: terms.holdMs,
  salesFrom: terms.from,
  salesUntil: terms.from + 86_400_000,
  startsAt: terms.from + 90_000_000,
})

/** Schedules shows, changes what is for sale, and calls a show off now and then to make room for another. */
export class Organizer {
  constructor(
    private readonly crowd: Crowd,
    private readonly plans: ReadonlyMap<string, Plan>,
    private readonly terms: Terms,
    private readonly shows: number,
    /** Mean time between two of their commands, ms. */
    private readonly everyMs: number,
  ) {}

  async live(): Promise<void> {
    const { crowd } = this
    const { process } = crowd.clients
    while (crowd.shows.length < this.shows && crowd.wants()) {
      await this.schedule()
      await process.sleep(20)
    }
    while (crowd.wants()) {
      await process.sleep(crowd.random.exponential(this.everyMs))
      await this.act()
    }
  }

  private async act(): Promise<void> {
    const { crowd } = this
    const { random, clients } = crowd
    const { process } = clients
    const show = random.pick(crowd.shows)
    const full = crowd.shows.find(({ taken }) => taken > 60)
    if (!show || full || random.chance(0.04)) {
      if (full ?? show) await this.callOff((full ?? show) as OnSale)
      return this.schedule()
    }
    const { showId } = show
    const what = random.next()
    if (what < 0.15) {
      await this.ask('PauseSales', showId, { reason: 'technical' })
      await process.sleep(random.exponential(100))
      await this.ask('ResumeSales', showId, {})
    } else if (what < 0.4) {
      const { seats, areas } = randomChoice(random, show)
      await this.ask(random.chance(0.5) ? 'WithdrawPlaces' : 'AddPlaces', showId, { seats, areas })
    } else if (what < 0.5) await this.ask('PublishShow', showId, {})
    else if (what < 0.65) {
      const { from } = this.terms
      const salesUntil = from + 86_400_000 + random.below(1000)
      await this.ask('RescheduleShow', showId, { salesFrom: from, salesUntil, startsAt: salesUntil + 1 })
    } else {
      const [planHash, plan] = random.pick([...this.plans])
      const outcome = await this.ask('ChangePlan', showId, { planHash })
      if (outcome.kind === 'answered' && outcome.type === 'PlanChanged') show.plan = plan
    }
  }

  private async callOff(show: OnSale): Promise<void> {
    const at = this.crowd.shows.indexOf(show)
    if (at >= 0) this.crowd.shows.splice(at, 1)
    await this.ask('CancelShow', show.showId, { reason: 'artist-ill' })
  }

  private async schedule(): Promise<void> {
    const { crowd, terms, plans } = this
    const [planHash, plan] = [...plans][0] as [string, Plan]
    const published = crowd.random.chance(0.7)
    const outcome = await this.ask('ScheduleShow', null, {
      ...anEvening(planHash, plan, terms),
      orphanRule: crowd.random.pick(['off', 'warn', 'refuse']),
      published,
    })
    if (outcome.kind !== 'answered' || outcome.type !== 'ShowScheduled') return
    const showId = outcome.data.showId as string
    if (!published) await this.ask('PublishShow', showId, {})
    crowd.shows.push({ showId, plan, taken: 0 })
  }

  private ask(operation: Request['operation'], showId: string | null, body: Record<string, unknown>) {
    const { crowd } = this
    return crowd.clients.ask({ operation, caller: 'organizer', key: crowd.nextKey(), showId, body })
  }
}
