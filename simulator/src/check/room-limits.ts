import type { RoomEntry, RoomWitness } from './room-model.js'
import { BrokenPromise } from './show-model.js'

type Data = Record<string, unknown>
const broken = (invariant: string, detail: string) => new BrokenPromise(invariant, detail)

/** How many a room may admit: rate, slots, what its show has, the share of its priority lane. Held at every admission. */
export class RoomLimits {
  graceMs = 0
  private rate = 0
  private slots = 0
  private percent = 0
  private share = { all: 0, priority: 0 }
  /** Oldest first. */
  private readonly admittedAt: number[] = []
  private readonly openNow = new Set<RoomEntry>()
  private stock: { version: number; offset: number; free: number; limit: number } | null = null

  constructor(
    private readonly showId: string,
    private readonly witness: RoomWitness,
  ) {}

  get hasLanes(): boolean {
    return this.percent > 0
  }

  /** Admissions that are open. */
  get openAdmissions(): number {
    return this.openNow.size
  }

  /** Places that the open ones have. */
  get taken(): number {
    return [...this.openNow].reduce((sum, { places }) => sum + places, 0)
  }

  get knownVersion(): number {
    return this.stock?.version ?? 0
  }

  get freePlaces(): number | null {
    return this.stock?.free ?? null
  }

  settings(data: Data): void {
    if (data.priorityPercent !== this.percent) this.share = { all: 0, priority: 0 }
    this.rate = data.ratePerMinute as number
    this.slots = data.slots as number
    this.graceMs = data.graceMs as number
    this.percent = data.priorityPercent as number
  }

  /** A report is what the show was at its version, and follows the last. */
  told({ fromVersion, showVersion, showOffset, freePlaces, perCustomerLimit }: Data): void {
    if (fromVersion !== this.knownVersion)
      throw broken('stock', `a report from version ${fromVersion}, known is ${this.knownVersion}`)
    const show = this.witness.showAt(this.showId, showVersion as number)
    if (show?.offset !== showOffset || show?.freePlaces !== freePlaces || show?.perCustomerLimit !== perCustomerLimit)
      throw broken(
        'stock',
        `version ${showVersion} has ${JSON.stringify(show)}, told are ${freePlaces} at ${showOffset}`,
      )
    this.stock = {
      ...{ version: showVersion as number, offset: showOffset as number },
      ...{ free: freePlaces as number, limit: perCustomerLimit as number },
    }
  }

  /** Both lanes waited. */
  contested(lane: string): void {
    if (this.percent === 0) return
    this.share.all += 1
    if (lane === 'priority') this.share.priority += 1
    const most = Math.floor((this.percent * this.share.all) / 100)
    if (this.share.priority !== most)
      throw broken(
        'lanes',
        `${this.share.priority} of ${this.share.all} went to the priority lane, it should be ${most}`,
      )
  }

  grant(data: Data, entry: RoomEntry): void {
    const { stock } = this
    const at = data.admittedAt as number
    if (!stock) throw broken('stock', `${entry.id} is admitted, and no stock is known`)
    const unspent = this.openNow.size * stock.limit - this.taken
    if (unspent >= stock.free)
      throw broken('stock', `${entry.id} is admitted: ${unspent} places may be taken, ${stock.free} are free`)
    if (data.stockVersion !== stock.version || data.stockOffset !== stock.offset || data.unspentPlaces !== unspent)
      throw broken('stock', `${entry.id} cites version ${data.stockVersion} and ${data.unspentPlaces} unspent places`)
    this.open(entry)
    if (this.openNow.size > this.slots)
      throw broken('slots', `${this.openNow.size} admissions are open, there are ${this.slots} slots`)
    this.admittedAt.push(at)
    for (const [ms, most] of [[60_000, this.rate] as const, [1_000, Math.ceil(this.rate / 60)] as const]) {
      let within = 0
      for (let n = this.admittedAt.length - 1; n >= 0 && (this.admittedAt[n] as number) > at - ms; n--) within += 1
      if (within > most) throw broken('rate', `${within} are admitted within ${ms} ms, at most ${most} may be`)
    }
  }

  open(entry: RoomEntry): void {
    this.openNow.add(entry)
  }

  close(entry: RoomEntry): void {
    this.openNow.delete(entry)
  }
}
