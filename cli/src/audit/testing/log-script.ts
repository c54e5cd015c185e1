import { createHash } from 'node:crypto'
import { littlePlan } from './little-plans.js'

export interface ScriptRecord {
  name: string
  data: object
  headers: Record<string, string>
}

const timeOf = {
  ShowPublished: 'publishedAt',
  SalesPaused: 'pausedAt',
  SalesResumed: 'resumedAt',
  ShowRescheduled: 'rescheduledAt',
  PlacesWithdrawn: 'withdrawnAt',
  PlacesAdded: 'addedAt',
  PlanChanged: 'changedAt',
  ShowCancelled: 'cancelledAt',
  AdmissionRequired: 'requiredAt',
  AdmissionLifted: 'liftedAt',
} as const
type ShowLifeEvent = keyof typeof timeOf

export const startOfSales = Date.UTC(2026, 0, 1)
export const holdMs = 60_000

/** Of the little plan: limit 4, holds of a minute. Writes a journal of one show, and the commands that it answers, as a decider would; each method can be made to lie. */
export class LogScript {
  readonly records: ScriptRecord[] = []
  readonly commands: Record<string, string>[] = []
  readonly showId: string
  now = startOfSales
  private claimId = ''
  private version = 0
  private serial = 0

  constructor(readonly partition: number) {
    this.showId = `${partition}.00000000-0000-7000-8000-000000000001`
  }

  reservation(name: string): string {
    return `${this.showId}.${createHash('sha256')
      .update(name)
      .digest('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')}`
  }

  claim(claimId: string): this {
    this.claimId = claimId
    return this.write('onsale.journal.OwnerClaimed', {
      claimId,
      owner: 'script',
      nextCommandOffset: this.commands.length,
      claimedAt: this.now,
    })
  }

  /** Writes under a claim that is no longer in force. */
  as(claimId: string, what: (script: this) => void): this {
    const { claimId: own, version } = this
    this.claimId = claimId
    what(this)
    this.claimId = own
    this.version = version
    return this
  }

  schedule(lie: object = {}): this {
    return this.answer('onsale.reservation.events.ShowScheduled', {
      showId: this.showId,
      planHash: littlePlan.planHash,
      title: 'A show',
      currency: 'EUR',
      prices: [
        { category: 'seat', priceMinor: 1000 },
        { category: 'floor', priceMinor: 500 },
      ],
      perCustomerLimit: 4,
      holdMs,
      salesFrom: startOfSales,
      salesUntil: startOfSales + 3_600_000,
      startsAt: startOfSales + 7_200_000,
      capacity: 7,
      published: true,
      scheduledAt: this.now,
      ...lie,
    })
  }

  hold(name: string, customerId: string, seats: string[], floor = 0, lie: object = {}, headers = {}): this {
    return this.answer(
      'onsale.reservation.events.SeatsHeld',
      {
        ...this.of(name, customerId),
        seats: seats.map((seat) => ({ seat, category: 'seat', priceMinor: 1000 })),
        areas: floor > 0 ? [{ area: 'floor', quantity: floor, category: 'floor', priceMinor: 500 }] : [],
        currency: 'EUR',
        totalMinor: seats.length * 1000 + floor * 500,
        heldAt: this.now,
        expiresAt: this.now + holdMs,
        ...lie,
      },
      headers,
    )
  }

  confirm(name: string, customerId: string, seats: string[], floor = 0, lie: object = {}): this {
    return this.answer('onsale.reservation.events.ReservationConfirmed', {
      ...this.ended(name, customerId, seats, floor),
      confirmedBy: 'box-office',
      currency: 'EUR',
      totalMinor: seats.length * 1000 + floor * 500,
      confirmedAt: this.now,
      ...lie,
    })
  }

  release(name: string, customerId: string, seats: string[], floor = 0): this {
    return this.answer('onsale.reservation.events.HoldReleased', {
      ...this.ended(name, customerId, seats, floor),
      releasedAt: this.now,
    })
  }

  cancel(name: string, customerId: string, seats: string[], wasConfirmed: boolean, floor = 0): this {
    return this.answer('onsale.reservation.events.ReservationCancelled', {
      ...this.ended(name, customerId, seats, floor),
      wasConfirmed,
      reason: 'changed-mind',
      cancelledAt: this.now,
    })
  }

  expire(name: string, customerId: string, seats: string[], floor = 0): this {
    return this.write('onsale.reservation.events.HoldExpired', {
      ...this.ended(name, customerId, seats, floor),
      expiredAt: this.now,
    })
  }

  /** The show's own events. Each says what `data` says of it. */
  show(type: ShowLifeEvent, data: object = {}): this {
    return this.answer(`onsale.reservation.events.${type}`, { showId: this.showId, [timeOf[type]]: this.now, ...data })
  }

  extend(name: string, customerId: string, seats: string[], expiresAt: number): this {
    return this.answer('onsale.reservation.events.HoldExtended', {
      ...this.ended(name, customerId, seats, 0),
      expiresAt,
      extendedAt: this.now,
    })
  }

  change(name: string, customerId: string, from: string[], to: string[], lie: object = {}): this {
    return this.answer('onsale.reservation.events.SeatsChanged', {
      ...this.of(name, customerId),
      releasedSeats: from,
      releasedAreas: [],
      seats: to.map((seat) => ({ seat, category: 'seat', priceMinor: 1000 })),
      areas: [],
      currency: 'EUR',
      totalMinor: to.length * 1000,
      expiresAt: startOfSales + holdMs,
      notes: [],
      changedAt: this.now,
      ...lie,
    })
  }

  /** What became of a reservation of a show that was cancelled: nobody asked for it. */
  callOff(name: string, customerId: string, seats: string[], wasConfirmed = false): this {
    return this.write('onsale.reservation.events.ReservationCancelled', {
      ...this.ended(name, customerId, seats, 0),
      wasConfirmed,
      reason: 'show-cancelled',
      cancelledAt: this.now,
    })
  }

  reject(reason: string, headers: Record<string, string> = {}): this {
    return this.answer(
      'onsale.journal.CommandRejected',
      {
        commandId: null,
        commandType: 'HoldSeats',
        subject: this.showId,
        callerId: null,
        reason,
        details: [],
        remembered: true,
        decidedAt: this.now,
      },
      headers,
    )
  }

  repeat(firstOffset: number, commandId: string): this {
    return this.answer(
      'onsale.journal.CommandRepeated',
      { commandId, commandType: 'HoldSeats', subject: this.showId, callerId: null, firstOffset, decidedAt: this.now },
      { 'command-id': commandId },
    )
  }

  wait(ms: number): this {
    this.now += ms
    return this
  }

  /** A command that nobody has answered. */
  ask(commandId: string): Record<string, string> {
    this.serial += 1
    const command = {
      ce_id: `request-${this.partition}-${this.serial}`,
      'command-id': commandId,
      ce_subject: this.showId,
    }
    this.commands.push(command)
    return command
  }

  /** Appends a record as the answer to a new command. `headers` may say otherwise. */
  answer(name: string, data: object, headers: Record<string, string> = {}): this {
    const command = this.ask(headers['command-id'] ?? `command-${this.partition}-${this.serial + 1}`)
    return this.write(name, data, {
      'command-offset': String(this.commands.length - 1),
      'command-records': '1',
      'command-id': command['command-id'] ?? '',
      'causation-id': command.ce_id ?? '',
      ...headers,
    })
  }

  write(name: string, data: object, headers: Record<string, string> = {}): this {
    const isDomain = name.startsWith('onsale.reservation.')
    if (isDomain) this.version += 1
    this.records.push({
      name,
      data,
      headers: {
        ce_id: `record-${this.partition}-${this.records.length}`,
        ce_type: name,
        ce_time: new Date(this.now).toISOString(),
        'claim-id': this.claimId,
        ...(name.endsWith('OwnerClaimed') ? {} : { ce_subject: this.showId }),
        ...(isDomain ? { 'stream-version': String(this.version) } : {}),
        ...headers,
      },
    })
    return this
  }

  private of(name: string, customerId: string) {
    return { showId: this.showId, reservationId: this.reservation(name), customerId }
  }

  private ended(name: string, customerId: string, seats: string[], floor: number) {
    return {
      ...this.of(name, customerId),
      seats,
      areas: floor > 0 ? [{ area: 'floor', quantity: floor }] : [],
    }
  }
}
