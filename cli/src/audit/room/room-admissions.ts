import type { ReportAt } from '../violation.js'
import { minuteMs, perSecond, RateUse, SlidingCount, secondMs } from './admission-figures.js'
import type { AgainstShow } from './against-show.js'
import { type CountedEntry, isOpen } from './counted-entry.js'
import { laneOf } from './queue-line.js'
import type { RoomEntries } from './room-entries.js'
import { type Ended, type Granted, noShow, type WithPlaces } from './room-events.js'
import type { RoomLife } from './room-life.js'

/** So long after an admission has run out its slot is kept: the show may have redeemed it, and its word be on the way. */
const evidenceMs = 5_000

/** Recounts who was admitted: in whose turn, under which term, within rate, slots and stock. */
export class RoomAdmissions {
  admitted = 0
  /** The most that were open at once, at any prefix. */
  mostOpen = 0
  /** Admissions in whose lane someone else waited before them. */
  inversions = 0
  /** Admissions beyond rate, slots or stock. */
  over = 0
  readonly inMinute = new SlidingCount(minuteMs)
  readonly inSecond = new SlidingCount(secondMs)
  readonly use = new RateUse()
  private term = 0
  private readonly open = new Set<CountedEntry>()
  /** Places that they could still take; undefined where it has to be counted anew, null where nobody can tell. */
  private unspent: number | null | undefined = undefined
  private lanes = { all: 0, priority: 0 }

  constructor(
    private readonly entries: RoomEntries,
    private readonly life: RoomLife,
    private readonly show: AgainstShow,
    private readonly report: ReportAt,
  ) {}

  claim(term: number, offset: number): void {
    if (term !== this.term + 1) this.report('term-wrong', offset, `term ${term} after ${this.term}`)
    this.term = term
  }

  /** The share of a lane is counted anew once it is set anew. */
  shareSet(): void {
    this.lanes = { all: 0, priority: 0 }
  }

  stockChanged(): void {
    this.unspent = undefined
  }

  grant(granted: Granted, offset: number): void {
    const { entryId, place, term, admittedAt, expiresAt } = granted
    this.life.checkAdmit(offset)
    if (term !== this.term)
      this.report('term-wrong', offset, `${entryId} is admitted under ${term}, in force is ${this.term}`)
    const entry = this.entries.of(granted, offset)
    if (!entry) return
    if (entry.status !== 'waiting') this.report('entry-wrong', offset, `${entryId} is ${entry.status}, and is admitted`)
    else this.inTurn(entry, offset)
    if (entry.place !== place) this.report('entry-wrong', offset, `${entryId} has place ${entry.place}, not ${place}`)
    if (expiresAt - admittedAt !== this.life.terms.admissionMs)
      this.report('dropped-early', offset, `${entryId} is admitted for ${expiresAt - admittedAt} ms`)
    this.show.granted(granted, offset)
    const within = [this.withinStock(granted, offset), this.withinRate(admittedAt, offset)]
    this.entries.become(entry, 'admitted')
    Object.assign(entry, { admittedAt, expiresAt })
    this.begin(entry)
    within.push(this.withinSlots(granted, offset))
    if (within.includes(false)) this.over += 1
    this.admitted += 1
    this.use.admitted(1)
  }

  redeem(redeemed: WithPlaces, offset: number): void {
    const entry = this.entries.of(redeemed, offset)
    if (!entry) return
    // Its slot may have been given back already: the show's word came late.
    if (entry.status !== 'admitted' && entry.status !== 'expired')
      this.report('entry-wrong', offset, `${entry.entryId} is ${entry.status}, and is redeemed`)
    if (entry.redeemed) this.report('redemption-wrong', offset, `${entry.entryId} is redeemed a second time`)
    entry.redeemed = true
    this.show.became(entry, { reservation: 'held', places: redeemed.places }, offset)
    this.entries.become(entry, 'active')
    this.begin(entry)
  }

  spend(spent: WithPlaces, offset: number): void {
    const entry = this.entries.of(spent, offset)
    if (!entry) return
    if (entry.status !== 'active') this.report('entry-wrong', offset, `${entry.entryId} is ${entry.status}, and spends`)
    this.show.became(entry, { reservation: 'held', places: spent.places }, offset)
    this.stockChanged()
  }

  complete(completed: WithPlaces, offset: number): void {
    const entry = this.ending(completed, offset)
    if (!entry) return
    this.show.became(entry, { reservation: 'confirmed', places: completed.places }, offset)
    this.end(entry, 'completed')
  }

  expire({ reason, expiredAt, ...of }: Ended, offset: number): void {
    const entry = this.ending(of, offset)
    if (!entry) return
    if (reason !== noShow) this.show.became(entry, { reservation: 'ended', places: null }, offset)
    else if (entry.status === 'active')
      this.report('dropped-early', offset, `${entry.entryId} is redeemed, and ends as one that was not`)
    else if (expiredAt < entry.expiresAt + evidenceMs)
      this.report('dropped-early', offset, `${entry.entryId} lasts until ${entry.expiresAt}, ended at ${expiredAt}`)
    this.end(entry, 'expired')
  }

  /** Whether anybody could be admitted now, were it not for the rate. */
  get could(): boolean {
    const { line } = this.entries
    if (!this.life.admits || line.waitingStandard + line.waitingPriority === 0) return false
    return this.open.size < this.life.terms.slots && (this.unspentNow() ?? 0) < this.show.freePlaces
  }

  private ending(of: WithPlaces | Omit<Ended, 'reason' | 'expiredAt'>, offset: number): CountedEntry | null {
    const entry = this.entries.of(of, offset)
    if (entry && !isOpen(entry)) this.report('entry-wrong', offset, `${entry.entryId} is ${entry.status}, and ends`)
    return entry
  }

  private begin(entry: CountedEntry): void {
    this.open.add(entry)
    this.mostOpen = Math.max(this.mostOpen, this.open.size)
    this.unspent = undefined
  }

  private end(entry: CountedEntry, status: 'completed' | 'expired'): void {
    this.entries.become(entry, status)
    this.open.delete(entry)
    this.unspent = undefined
  }

  private inTurn(entry: CountedEntry, offset: number): void {
    const { line } = this.entries
    const { priorityPercent } = this.life.terms
    const first = priorityPercent === 0 ? line.first() : line.firstOf(laneOf(entry))
    if (first && first !== entry) {
      this.inversions += 1
      this.report('queue-order', offset, `${entry.entryId} is admitted, ${first.entryId} waits at ${first.place}`)
    }
    if (priorityPercent === 0 || line.waitingStandard === 0 || line.waitingPriority === 0) return
    this.lanes.all += 1
    if (entry.priority) this.lanes.priority += 1
    const { all, priority } = this.lanes
    if (entry.priority && priority * 100 > priorityPercent * all)
      this.report('lane-share', offset, `${priority} of ${all} from the priority lane, ${priorityPercent} % may`)
  }

  private withinRate(at: number, offset: number): boolean {
    const { ratePerMinute } = this.life.terms
    const minute = this.inMinute.add(at)
    const second = this.inSecond.add(at)
    if (minute <= ratePerMinute && second <= perSecond(ratePerMinute)) return true
    this.report(
      'rate-exceeded',
      offset,
      `${minute} in 60 s, ${second} in a second, the rate is ${ratePerMinute} a minute`,
    )
    return false
  }

  private withinSlots({ entryId, openAdmissions }: Granted, offset: number): boolean {
    const { size } = this.open
    if (openAdmissions !== size)
      this.report('slots-exceeded', offset, `${entryId} says ${openAdmissions} are open, it is ${size}`)
    if (size <= this.life.terms.slots) return true
    this.report('slots-exceeded', offset, `${size} are open, there are ${this.life.terms.slots} slots`)
    return false
  }

  private withinStock({ entryId, unspentPlaces }: Granted, offset: number): boolean {
    const unspent = this.unspentNow() ?? unspentPlaces
    if (unspent !== unspentPlaces)
      this.report(
        'stock-wrong',
        offset,
        `${entryId} says that ${unspentPlaces} places may still be taken, it is ${unspent}`,
      )
    if (unspent < this.show.freePlaces) return true
    const detail = `${entryId}: open admissions may take ${unspent} places, ${this.show.freePlaces} are free`
    this.report('stock-exceeded', offset, detail)
    return false
  }

  private unspentNow(): number | null {
    if (this.unspent === undefined) this.unspent = this.show.unspent(this.open)
    return this.unspent
  }
}
