import { createHash } from 'node:crypto'
import type { Plan } from '@onsale/domain'
import { seedOf } from '@onsale/platform/waiting-room'
import { drawSecret } from './admission.js'
import { anEvening, type Terms } from './organizer.js'
import { ask, type RoomCrowd } from './room-sale.js'
import { randomChoice } from './sale.js'

/** Schedules shows with waiting rooms, and does to both whatever an organizer may. */
export class RoomOrganizer {
  private readonly times = new Map<string, { lobbyFrom: number; opensAt: number }>()

  constructor(
    private readonly crowd: RoomCrowd,
    private readonly plans: ReadonlyMap<string, Plan>,
    private readonly terms: Terms,
    private readonly shows: number,
    private readonly everyMs: number,
    private readonly utc: () => number,
  ) {}

  async live(): Promise<void> {
    const { crowd } = this
    while (crowd.wants()) {
      if (crowd.sales.length < this.shows) await this.schedule()
      else await this.act()
      await crowd.process.sleep(crowd.random.exponential(this.everyMs))
    }
  }

  private async act(): Promise<void> {
    const { crowd } = this
    const { random, process } = crowd
    const sale = random.pick(crowd.sales)
    const { showId } = sale
    const what = random.next()
    if (what < 0.2) {
      await this.ask('PauseRoom', showId, { reason: 'technical', stop: random.chance(0.3) })
      await process.sleep(random.exponential(400))
      await this.ask('ResumeRoom', showId, {})
    } else if (what < 0.55)
      await this.ask('ChangeRoom', showId, { ...this.settings(), ...this.times.get(showId), reason: 'requested' })
    else if (what < 0.65) {
      await this.ask('PauseSales', showId, { reason: 'technical' })
      await process.sleep(random.exponential(200))
      await this.ask('ResumeSales', showId, {})
    } else if (what < 0.9) {
      const { seats, areas } = randomChoice(random, sale)
      await this.ask(random.chance(0.5) ? 'WithdrawPlaces' : 'AddPlaces', showId, { seats, areas })
    } else {
      crowd.sales.splice(crowd.sales.indexOf(sale), 1)
      await this.ask('CloseRoom', showId, { reason: 'requested' })
      if (random.chance(0.3)) await this.ask('CancelShow', showId, { reason: 'artist-ill' })
    }
  }

  private settings() {
    const { random } = this.crowd
    return {
      ratePerMinute: random.pick([60, 300, 900, 2_400]),
      slots: random.pick([2, 5, 12, 30]),
      admissionMs: random.pick([1_000, 2_500, 6_000]),
      graceMs: random.pick([1_000, 2_500, 6_000]),
      priorityPercent: random.pick([0, 0, 30]),
    }
  }

  private async schedule(): Promise<void> {
    const { crowd, terms, plans } = this
    const [planHash, plan] = [...plans][0] as [string, Plan]
    const outcome = await this.ask('ScheduleShow', null, {
      ...anEvening(planHash, plan, terms),
      orphanRule: 'off',
      published: true,
    })
    if (outcome.kind !== 'answered' || outcome.type !== 'ShowScheduled') return
    const showId = outcome.data.showId as string
    // As the API does it: the gate first, so that nobody slips past the room.
    const gate = await this.ask('RequireAdmission', showId, {})
    if (gate.kind !== 'answered' || gate.type !== 'AdmissionRequired') return
    const lobbyFrom = this.utc()
    const times = { lobbyFrom, opensAt: lobbyFrom + crowd.random.pick([200, 1_500, 4_000]) }
    const commitment = createHash('sha256').update(seedOf(drawSecret, showId)).digest('hex')
    await this.ask('ScheduleRoom', showId, { commitment, ...this.settings(), ...times })
    this.times.set(showId, times)
    crowd.sales.push({ showId, plan, taken: 0 })
  }

  private ask(operation: Parameters<typeof ask>[1], showId: string | null, body: Record<string, unknown>) {
    return ask(this.crowd, operation, 'organizer', showId, body)
  }
}
