import type { ReportAt } from '../violation.js'
import { type CountedEntry, type EntryStatus, isOver, waits } from './counted-entry.js'
import { QueueLine } from './queue-line.js'
import type { Drawn, Forfeited, Joined, Kept, Left, OfEntry, Skipped } from './room-events.js'

/** Recounts who is in a room, with which place. Goes on after a violation as if the event were right. */
export class RoomEntries {
  readonly line = new QueueLine()
  /** Places that belong to two, and customers who have two. */
  doubled = 0
  private readonly all: CountedEntry[] = []
  private readonly byCustomer = new Map<string, CountedEntry>()
  private nextPlace = 0

  constructor(
    private readonly showId: string,
    private readonly report: ReportAt,
  ) {}

  get size(): number {
    return this.all.length
  }

  find(entryId: string): CountedEntry | null {
    const number = entryId.startsWith(`${this.showId}.`) ? entryId.slice(this.showId.length + 1) : ''
    return /^(0|[1-9][0-9]*)$/.test(number) ? (this.all[Number(number)] ?? null) : null
  }

  /** The entry that an event is about, if it is that customer's. */
  of({ entryId, customerId }: OfEntry, offset: number): CountedEntry | null {
    const entry = this.find(entryId)
    if (entry?.customerId === customerId) return entry
    this.report('entry-wrong', offset, entry ? `${entryId} is not ${customerId}’s` : `there is no entry ${entryId}`)
    return null
  }

  join({ entryId, customerId, lane, place, joinedAt }: Joined, offset: number): void {
    if (entryId !== `${this.showId}.${this.size}`)
      this.report('entry-wrong', offset, `${entryId} joined, the next entry is ${this.size}`)
    const before = this.byCustomer.get(customerId)
    if (before && !isOver(before)) {
      this.doubled += 1
      this.report('entry-doubled', offset, `${customerId} has ${before.entryId} and is given ${entryId}`)
    }
    const entry: CountedEntry = {
      ...{ entryId, customerId, priority: lane === 'priority', place: null, status: 'waiting', seenAt: joinedAt },
      ...{ keptUntil: 0, admittedAt: null, expiresAt: 0, redeemed: false },
    }
    this.all.push(entry)
    this.byCustomer.set(customerId, entry)
    if (place === null) return
    if (place !== this.nextPlace)
      this.report('place-doubled', offset, `${entryId} joins at ${place}, the next place is ${this.nextPlace}`)
    this.nextPlace = Math.max(this.nextPlace, place) + 1
    this.give(place, entry, offset)
  }

  /** So many first places are the draw's. */
  drawHeld(entries: number): void {
    this.nextPlace = entries
  }

  draw({ firstPlace, entries }: Drawn, offset: number): void {
    for (const [at, number] of entries.entries()) {
      const entry = this.all[number]
      if (entry) this.give(firstPlace + at, entry, offset)
      else this.report('entry-wrong', offset, `there is no entry ${number}`)
    }
  }

  keep({ keptAt, ...of }: Kept, offset: number): void {
    const entry = this.of(of, offset)
    if (!entry) return
    if (isOver(entry)) this.report('entry-wrong', offset, `${of.entryId} is ${entry.status}, and comes back`)
    entry.seenAt = keptAt
    if (entry.status === 'away') this.become(entry, 'waiting')
  }

  leave({ keptUntil, ...of }: Left, offset: number): void {
    const entry = this.of(of, offset)
    if (!entry) return
    if (entry.status !== 'waiting') this.report('entry-wrong', offset, `${of.entryId} is ${entry.status}, and leaves`)
    entry.keptUntil = keptUntil
    this.become(entry, 'away')
  }

  forfeit({ forfeitedAt, ...of }: Forfeited, offset: number): void {
    const entry = this.of(of, offset)
    if (!entry) return
    if (entry.status !== 'away') this.report('entry-wrong', offset, `${of.entryId} is ${entry.status}, and forfeits`)
    else if (forfeitedAt < entry.keptUntil)
      this.report(
        'dropped-early',
        offset,
        `${of.entryId} is kept until ${entry.keptUntil}, forfeited at ${forfeitedAt}`,
      )
    this.become(entry, 'left')
  }

  skip({ lastSeenAt, skippedAt, ...of }: Skipped, graceMs: number, offset: number): void {
    const entry = this.of(of, offset)
    if (!entry) return
    if (!waits(entry)) this.report('entry-wrong', offset, `${of.entryId} is ${entry.status}, and is dropped`)
    const seen = Math.max(lastSeenAt, entry.seenAt)
    if (skippedAt < seen + graceMs)
      this.report('dropped-early', offset, `${of.entryId} was seen at ${seen}, dropped at ${skippedAt}`)
    this.become(entry, 'skipped')
  }

  become(entry: CountedEntry, status: EntryStatus): void {
    const waited = entry.status === 'waiting'
    entry.status = status
    if (entry.place === null || waited === (status === 'waiting')) return
    if (waited) this.line.goes(entry)
    else this.line.waits(entry)
  }

  /** By entry id, when each was admitted. */
  readonly admittedAt = (entryId: string): number | null => this.find(entryId)?.admittedAt ?? null

  private give(place: number, entry: CountedEntry, offset: number): void {
    const there = this.line.at(place)
    if (there || entry.place !== null) {
      this.doubled += 1
      const why = there ? `is ${there.entryId}’s` : `is the second of one that has ${entry.place}`
      this.report('place-doubled', offset, `place ${place} is given to ${entry.entryId}, and ${why}`)
      return
    }
    entry.place = place
    this.line.seat(place, entry)
    if (entry.status === 'waiting') this.line.waits(entry)
  }
}
