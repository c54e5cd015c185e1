import { createHash } from 'node:crypto'
import { indexPlan, type Plan, type ShowCommand, showStreams } from '@onsale/domain'
import { type Codec, localCodec } from '@onsale/platform/codec'
import { header } from '@onsale/platform/log'
import { systemIds } from '@onsale/platform/ports'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { Folds } from '../fold/folds.js'
import { JournalFold } from '../fold/journal-fold.js'
import { createOwnerMetrics } from '../metrics.js'
import { PartitionOwner } from '../partition-owner.js'
import { Snapshots } from '../snapshots/snapshots.js'
import { HandClock } from './hand-clock.js'
import { MemoryLog } from './memory-ports.js'
import { MemorySnapshots } from './memory-snapshots.js'

export const plan: Plan = {
  name: 'Yard',
  focalPoint: { x: 0, y: 0 },
  categories: [{ id: 'a', name: 'A', color: '#123456' }],
  sections: [],
  areas: [{ id: 'yard', name: 'Yard', category: 'a', capacity: 10_000 }],
}
export const planHash = createHash('sha256').update(JSON.stringify(plan)).digest('hex')
export const showId = '0.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'

export interface InRoom {
  owner: PartitionOwner
  folds: Folds
  registry: Registry
}

/** One partition's log and snapshots, and processes that own it in turn. */
export class OwnerRoom {
  readonly clock = new HandClock()
  readonly log = new MemoryLog(() => this.clock.now())
  readonly snapshots = new MemorySnapshots()
  readonly codec: Codec = localCodec()
  plansAtHand = true

  /** What a process has of the partition. */
  process(instance: string, everyRecords = 1_000_000): InRoom {
    const { clock, log, codec } = this
    const registry = new Registry()
    const plans = {
      get: (hash: string) => (this.plansAtHand && hash === planHash ? indexPlan(plan) : null),
      catchUp: async () => {},
    }
    const shared = {
      ...{
        instance,
        codec,
        plans,
        streams: showStreams(plans.get),
        clock,
        timers: clock,
        ids: systemIds,
        random: { next: () => 0.5 },
      },
      ...{ metrics: createOwnerMetrics(registry), logger: pino({ level: 'silent' }) },
    }
    const journalEnd = async () => (log.events.at(-1)?.offset ?? -1) + 1
    const snapshots = new Snapshots({ ...shared, topic: this.snapshots, journalEnd, everyRecords })
    const folds = new Folds(
      (partition, state) => new JournalFold({ ...shared, partition, ports: log.ports(), snapshots }, state),
    )
    const onClock = { right: () => {}, wrong: () => {} }
    const owner = new PartitionOwner({ ...shared, partition: 0, ports: log.ports(), folds, snapshots, onClock })
    return { owner, folds, registry }
  }

  send(command: ShowCommand): number {
    return this.log.command(this.codec.encode(`onsale.reservation.commands.${command.type}`, command.data), {
      [header.id]: systemIds.uuid(),
      [header.subject]: showId,
      [header.commandId]: systemIds.uuid(),
      [header.bodyHash]: 'b'.repeat(64),
      [header.callerId]: 'someone',
    })
  }

  schedule(): void {
    const now = this.clock.now()
    const show = { showId, planHash, title: 'Night', currency: 'KRW', prices: [{ category: 'a', priceMinor: 50_000 }] }
    const window = { salesFrom: now - 1, salesUntil: now + 86_400_000, startsAt: now + 90_000_000, holdMs: 60_000 }
    this.send({
      type: 'ScheduleShow',
      data: { ...show, ...window, perCustomerLimit: 4, orphanRule: 'off', published: true },
    })
  }

  hold(times = 1): void {
    for (let n = 0; n < times; n += 1) {
      const data = { showId, reservationId: `${showId}.${systemIds.uuid()}`, customerId: systemIds.uuid() }
      const areas = [{ area: 'yard', quantity: 1 }]
      this.send({ type: 'HoldSeats', data: { ...data, seats: [], areas, bestAvailable: null, admission: null } })
    }
  }

  /** Each command answered, once, in order. */
  get answeredOnce(): boolean {
    const answered = this.log.answers().map(({ commandOffset }) => commandOffset)
    return JSON.stringify(answered) === JSON.stringify(this.log.commands.map(({ offset }) => offset))
  }

  async until(holds: () => boolean): Promise<void> {
    for (let turns = 0; !holds(); turns += 1) {
      // Memory needs no time: what has not come by then does not come, and a loop for ever would outlive its test.
      if (turns > 30_000) throw new Error('it did not come about')
      this.clock.advance(1)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}
