import { randomUUID } from 'node:crypto'
import { type Appending, toClaimRecord, toFoldable, toOwnedRecord } from '@onsale/decider'
import {
  canonicalPlan,
  indexPlan,
  Partition,
  type Plan,
  type PlanIndex,
  roundHall,
  type ShowCommand,
  type Shows,
  showStreams,
} from '@onsale/domain'
import { type OwnedRecord, openOwnerLog, PlanCatalog, startJournalReader } from '@onsale/platform/log'
import { systemIds } from '@onsale/platform/ports'
import { foldableClaim, type PartitionLog } from './partition-log.js'
import { mostSold, partition, seats } from './settings.js'

const batch = 500
export const area = 'floor'
const hall: Plan = {
  ...roundHall({ seats }),
  areas: [{ id: area, name: 'Floor', category: 'A', capacity: 1_000_000 }],
}

/**
 * A journal of any length, as an owner would have written it: the same decisions, claims and headers, in batches of its own transactions.
 */
export class History {
  readonly showId = `${partition}.${systemIds.uuid()}`
  private readonly state: Partition<Shows>
  private readonly plan: PlanIndex = indexPlan(hall)
  private written = 0

  private constructor(
    private readonly log: PartitionLog,
    private readonly planHash: string,
  ) {
    this.state = new Partition({
      partition,
      streams: showStreams((hash) => (hash === planHash ? this.plan : null)),
    })
  }

  static async begin(log: PartitionLog): Promise<History> {
    const { kafka, topics, codec, logger } = log
    const plans = new PlanCatalog({ kafka, topic: topics.plans, codec, logger, parse: (json) => json })
    await plans.start()
    const { planHash } = await plans.append({ name: hall.name, canonicalJson: canonicalPlan(hall) })
    await plans.stop()
    return new History(log, planHash)
  }

  /** The claim in force. */
  get claimId(): string | null {
    return this.state.claimId
  }

  /** Appends until the journal has so many records; nobody else may be at work. Returns the journal's end. */
  async extendTo(records: number, say: (line: string) => void): Promise<number> {
    await this.catchUp()
    const { kafka, topics, codec, env } = this.log
    const transactionalId = `${env}.decider.${topics.commands}.${partition}`
    const owner = await openOwnerLog({
      kafka,
      transactionalId,
      eventsTopic: topics.events,
      parkedTopic: topics.parked,
      partition,
    })
    const appending: Appending = { codec, ids: systemIds, claimId: systemIds.uuid(), source: '/bench' }
    const claim = { owner: 'bench', nextCommandOffset: -1, claimedAt: Date.now() }
    const { baseOffset } = await owner.append([toClaimRecord(appending, claim)])
    this.state.fold(foldableClaim(appending.claimId, baseOffset))
    const sold = Math.min(mostSold, Math.floor(records / 4))
    for (let n = 0; this.written < records; n += 1) {
      const sent = await this.log.send(this.commands(sold))
      const owned: OwnedRecord[] = []
      for (const { command, record } of sent) {
        const decided = this.state.decide(
          {
            ...{ offset: record.offset, appendedAt: record.appendedAt, type: command.type, data: command.data },
            ...{ subject: this.showId, callerId: 'bench', deadline: null },
            ...{ commandId: String(record.headers['command-id']), bodyHash: String(record.headers['body-hash']) },
          },
          record.appendedAt,
        )
        this.state.apply(decided.records)
        for (const one of decided.records) owned.push(toOwnedRecord(appending, one, record))
      }
      const appended = await owner.append(owned)
      this.state.committed(appended.baseOffset)
      this.written += owned.length
      if (n % 400 === 399) say(`${this.written} events`)
    }
    await owner.close()
    return (await this.log.ends()).events
  }

  /** Folds what others have appended since, and counts it. */
  async catchUp(): Promise<void> {
    const { kafka, topics, codec, logger } = this.log
    const { events } = await this.log.ends()
    if (events <= this.state.journalOffset + 1) return
    let readTo = 0
    let woken: () => void = () => {}
    const done = new Promise<void>((resolve) => {
      woken = resolve
    })
    const reader = await startJournalReader({
      kafka,
      topic: topics.events,
      name: 'bench-history',
      logger,
      cursors: [{ partition, offset: this.state.journalOffset + 1, claimId: this.state.claimId }],
      onBatch: async ({ records, cursor }) => {
        for (const record of records) if (this.state.fold(await toFoldable(codec, record))) this.written += 1
        readTo = cursor.offset
        if (readTo >= events) woken()
      },
    })
    await done
    await reader.stop()
  }

  private commands(sold: number): ShowCommand[] {
    const { showId, planHash, state } = this
    if (!state.streams.get(showId)) {
      const now = Date.now()
      const prices = this.plan.categoryIds.map((category) => ({ category, priceMinor: 99_000 }))
      const window = {
        holdMs: 86_400_000,
        salesFrom: now - 60_000,
        salesUntil: now + 86_400_000,
        startsAt: now + 90_000_000,
      }
      const show = { showId, planHash, title: 'A benchmark', currency: 'KRW', prices, perCustomerLimit: 4 }
      return [{ type: 'ScheduleShow', data: { ...show, ...window, orphanRule: 'off', published: true } }]
    }
    const already = state.streams.get(showId)?.state.sold ?? 0
    return Array.from({ length: batch / 2 }, (_, at) => already + at).flatMap((seat) => {
      const hold = holdOf(showId, seat < sold ? [this.plan.seatIds[seat] as string] : [])
      const { reservationId, customerId } = hold.data
      return [
        hold,
        seat < sold
          ? { type: 'ConfirmReservation', data: { showId, reservationId, confirmedBy: 'bench' } }
          : { type: 'ReleaseHold', data: { showId, reservationId, customerId } },
      ] as ShowCommand[]
    })
  }
}

/** A hold of these seats; of none: of a place on the floor. */
export function holdOf(showId: string, seatIds: string[]): Extract<ShowCommand, { type: 'HoldSeats' }> {
  const areas = seatIds.length > 0 ? [] : [{ area, quantity: 1 }]
  const places = { seats: seatIds, areas, bestAvailable: null, admission: null }
  return {
    type: 'HoldSeats',
    data: { showId, reservationId: `${showId}.${systemIds.uuid()}`, customerId: randomUUID(), ...places },
  }
}
