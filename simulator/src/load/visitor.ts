import { admissionProof } from './admission.js'
import { ask, type RoomCrowd } from './room-sale.js'
import { type OnSale, randomChoice } from './sale.js'

interface Standing {
  entryId: string
  status: string
  expiresAt: number | null
}

/** One person: enters rooms, waits or leaves, holds once admitted, and now and then tries what must not work. */
export class Visitor {
  private readonly lane: string

  constructor(
    private readonly crowd: RoomCrowd,
    private readonly id: string,
    private readonly others: readonly string[],
  ) {
    this.lane = crowd.random.chance(0.3) ? 'priority' : 'standard'
  }

  async live(): Promise<void> {
    const { crowd } = this
    const { process, random } = crowd
    await process.sleep(random.exponential(crowd.thinkMs))
    while (crowd.wants()) {
      const sale = random.pick(crowd.sales)
      if (sale) await this.visit(sale)
      await process.sleep(random.exponential(crowd.thinkMs))
    }
  }

  /** Until there is nothing more to wait for in this room. */
  private async visit(sale: OnSale): Promise<void> {
    const { crowd } = this
    const { process, random } = crowd
    const { showId } = sale
    /** Some close the browser without a word, after a while. */
    const patience = random.chance(0.3) ? random.between(1, 6) : 40
    for (let asked = 0; asked < patience && crowd.wants(); asked++) {
      const at = await this.enter(showId)
      if (!at) return
      if (at.status === 'active') return
      if (at.status === 'admitted') return this.useAdmission(sale, at)
      if (random.chance(0.8)) crowd.heartbeat(showId, at.entryId)
      if (random.chance(0.06)) {
        await ask(crowd, 'LeaveRoom', this.id, showId, {})
        // Back before the place is gone, or after.
        await process.sleep(random.exponential(1_500))
        if (random.chance(0.4)) return
      }
      for (let beats = random.below(4); beats > 0; beats--) {
        await process.sleep(random.exponential(crowd.thinkMs * 4))
        if (random.chance(0.7)) crowd.heartbeat(showId, at.entryId)
      }
    }
  }

  private async enter(showId: string): Promise<Standing | null> {
    const outcome = await ask(this.crowd, 'EnterRoom', this.id, showId, { lane: this.lane })
    if (outcome.kind !== 'answered') return null
    const { type, data } = outcome
    if (type === 'EntryJoined') return { entryId: data.entryId as string, status: 'waiting', expiresAt: null }
    return type === 'PlaceKept' ? (data as unknown as Standing) : null
  }

  private async useAdmission(sale: OnSale, { entryId, expiresAt }: Standing): Promise<void> {
    const { crowd } = this
    const { random, process } = crowd
    const { showId } = sale
    const honest = admissionProof(showId, this.id, { entryId, expiresAt: expiresAt as number })
    const what = random.next()
    // Some never come; some come too late.
    if (what < 0.12) return
    if (what < 0.2) await process.sleep(random.exponential(3_000))
    if (what > 0.94) await this.hold(sale, { ...honest, expiresAt: honest.expiresAt + 60_000 }, this.id)
    if (what > 0.88) await this.hold(sale, honest, random.pick(this.others))
    if (what > 0.97) await this.hold(sale, null, this.id)
    const reservationId = await this.hold(sale, honest, this.id)
    // The same admission for another hold: on another device, or as a bot does.
    if (random.chance(0.25)) await this.hold(sale, honest, this.id)
    if (reservationId) await this.goOn(sale, reservationId)
  }

  private async hold(sale: OnSale, admission: object | null, caller: string): Promise<string | null> {
    const body = { ...randomChoice(this.crowd.random, sale), admission }
    const outcome = await ask(this.crowd, 'HoldSeats', caller, sale.showId, body)
    if (outcome.kind !== 'answered' || outcome.type !== 'SeatsHeld') return null
    return outcome.data.reservationId as string
  }

  private async goOn(sale: OnSale, reservationId: string): Promise<void> {
    const { crowd } = this
    const { random } = crowd
    const { showId } = sale
    const what = random.next()
    if (what < 0.15) return
    if (what < 0.3) await ask(crowd, 'ChangeSeats', this.id, showId, { reservationId, ...randomChoice(random, sale) })
    if (what < 0.6) await ask(crowd, 'ConfirmReservation', this.id, showId, { reservationId })
    else await ask(crowd, 'ReleaseHold', this.id, showId, { reservationId })
    if (what < 0.35) await ask(crowd, 'CancelReservation', this.id, showId, { reservationId, reason: 'changed-mind' })
  }
}
