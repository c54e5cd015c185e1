import { createHash, createHmac } from 'node:crypto'
import {
  type AdmissionChange,
  aheadOf,
  decideInRoom,
  dueInRoom,
  evolveRoom,
  type Forecast,
  forecast,
  type Hashes,
  paceMs,
  paceOf,
  type RoomCommand,
  type RoomEvent,
  type RoomState,
  type Stretch,
} from '@onsale/domain'
import type { EtaPattern } from './patterns.js'

const showId = '0.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const seed = 'a1'.repeat(32)
const perCustomer = 4
const hashes: Hashes = {
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
}

/** Stock that never runs out: what is measured is the forecast, not a hall. */
const freePlaces = 1_000_000

/** What each visitor was told, and when; the real wait is known at the end. */
export interface Told {
  entry: number
  at: number
  ahead: number
  said: Forecast | null
}

/** A room under its own decisions, in simulated time. */
export class SimulatedRoom {
  state: RoomState | null = null
  readonly told: Told[] = []
  readonly admittedAt = new Map<number, number>()
  private readonly stretches = new Map<number, Stretch>()
  private stockVersion = 0
  private openedAt = 0
  private since = 0

  constructor(
    readonly pattern: EtaPattern,
    public now: number,
  ) {
    const { ratePerMinute, slots, admissionSeconds } = pattern
    const settings = {
      ratePerMinute,
      slots,
      admissionMs: admissionSeconds * 1_000,
      graceMs: 60_000,
      priorityPercent: 0,
    }
    this.ask({
      type: 'ScheduleRoom',
      data: { showId, commitment: hashes.sha256(seed), lobbyFrom: now, opensAt: now + 1_000, ...settings },
    })
    this.tick()
  }

  enter(customer: number): void {
    this.ask({ type: 'EnterRoom', data: { showId, customerId: `c${customer}`, lane: 'standard' } })
  }

  leave(customer: number): void {
    this.ask({ type: 'LeaveRoom', data: { showId, customerId: `c${customer}` } })
  }

  open(draw: (state: RoomState) => RoomEvent[]): void {
    this.now += 1_000
    this.ask({ type: 'OpenRoom', data: { showId, seed } })
    for (let more = draw(this.room); this.room.queue.drawn < (this.room.drawHeld?.entries ?? 0); more = draw(this.room))
      for (const event of more) this.apply(event)
    this.ask({ type: 'ClaimTerm', data: { showId, controllerId: 'bench' } })
    this.report([])
    this.openedAt = this.now
    this.since = this.now
  }

  change(ratePerMinute: number, slots: number): void {
    const { settings } = this.room
    this.ask({ type: 'ChangeRoom', data: { ...settings, ratePerMinute, slots, showId, reason: 'calm' } })
    this.since = this.now
  }

  report(changes: AdmissionChange[]): void {
    const fromVersion = this.stockVersion++
    const stock = { showOffset: 0, freePlaces, perCustomerLimit: perCustomer, changes }
    this.ask({ type: 'ReportStock', data: { showId, fromVersion, showVersion: this.stockVersion, ...stock } })
  }

  /** Who was admitted. */
  admit(): number[] {
    const decided = this.ask({ type: 'AdmitVisitors', data: { showId, term: 1, most: 500 } })
    return decided.flatMap(({ type, data }) => (type === 'AdmissionGranted' ? [entryOf(data)] : []))
  }

  tick(): void {
    for (let due = this.due(); due.length > 0; due = this.due()) for (const event of due) this.apply(event)
  }

  /** What every `each`th of those who wait would be told now. */
  tellSome(each: number): void {
    const { state } = this
    if (!state?.drawHeld) return
    const { settings, admissions, queue, entries } = state
    const pace = paceOf({
      ...{ now: this.now, since: this.since, openedAt: this.openedAt },
      ...{ ratePerMinute: settings.ratePerMinute, slots: settings.slots, open: admissions.size },
      ...{ waiting: queue.waiting, stretches: [...this.stretches.values()] },
    })
    for (let entry = this.told.length % each; entry < entries.size; entry += each) {
      const ahead = aheadOf(state, entry)
      if (ahead !== null) this.told.push({ entry, at: this.now, ahead, said: pace && forecast(pace, ahead) })
    }
  }

  private get room(): RoomState {
    if (!this.state) throw new Error('the room was not scheduled')
    return this.state
  }

  private due(): RoomEvent[] {
    return this.state ? dueInRoom(this.state, this.now, 100) : []
  }

  private ask(command: RoomCommand): RoomEvent[] {
    const decision = decideInRoom(this.state, command, this.now, hashes)
    if (!decision.ok) return []
    for (const event of decision.events) this.apply(event)
    return [...decision.events]
  }

  private apply(event: RoomEvent): void {
    this.state = evolveRoom(this.state, event, hashes)
    if (event.type === 'AdmissionGranted') {
      this.admittedAt.set(entryOf(event.data), this.now)
      this.count('admitted')
    }
    if (event.type === 'AdmissionCompleted' || event.type === 'AdmissionExpired') this.count('returned')
    if (event.type === 'PlaceForfeited' || event.type === 'EntrySkipped') this.count('departed')
  }

  private count(what: 'admitted' | 'returned' | 'departed'): void {
    const at = Math.floor(this.now / paceMs) * paceMs
    const stretch = this.stretches.get(at) ?? { at, admitted: 0, returned: 0, departed: 0 }
    stretch[what] += 1
    this.stretches.set(at, stretch)
  }
}

const entryOf = ({ entryId }: { entryId: string }) => Number(entryId.slice(showId.length + 1))
