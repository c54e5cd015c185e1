import type { AdmissionUse, ShowStock } from '../show-stock.js'
import type { ReportAt } from '../violation.js'
import type { CountedEntry } from './counted-entry.js'
import type { Granted, StockReported } from './room-events.js'

/** The show of a room, recounted: from its own journal, which was read before. */
export interface ShowOfRoom {
  readonly stock: ShowStock
  readonly perCustomerLimit: number
}

/** Holds what a room says of its show against the show's own journal. Null: the show can't be judged, nothing is said. */
export class AgainstShow {
  private known: StockReported | null = null

  constructor(
    private readonly show: ShowOfRoom | null,
    private readonly report: ReportAt,
  ) {}

  /** The limit of each customer, as far as it matters. */
  get limit(): number {
    return this.show?.perCustomerLimit ?? this.known?.perCustomerLimit ?? 0
  }

  get freePlaces(): number {
    return this.known?.freePlaces ?? 0
  }

  reported(stock: StockReported, offset: number): void {
    const wrong = (detail: string) => this.report('stock-wrong', offset, detail)
    const before = this.known?.showVersion ?? 0
    if (stock.fromVersion !== before || stock.showVersion <= before)
      wrong(`from version ${stock.fromVersion} to ${stock.showVersion}, known was ${before}`)
    this.known = stock
    this.checkStock(stock, wrong)
  }

  granted(granted: Granted, offset: number): void {
    const { stockVersion, stockOffset, freePlaces } = granted
    const wrong = (detail: string) => this.report('stock-wrong', offset, `${granted.entryId}: ${detail}`)
    if (stockVersion !== this.known?.showVersion)
      wrong(`admitted on version ${stockVersion} of the show, the room knows ${this.known?.showVersion ?? 'none'}`)
    this.checkStock({ ...granted, showVersion: stockVersion, showOffset: stockOffset, freePlaces }, wrong)
  }

  /** Places that open admissions could still take, as the show stood at what the room knows of it; null where that can't be told. */
  unspent(open: Iterable<CountedEntry>): number | null {
    if (!this.show || !this.known) return null
    let unspent = 0
    for (const { entryId } of open) {
      const use = this.show.stock.useAt(entryId, this.known.showOffset)
      unspent += this.limit - (use?.reservation === 'held' ? use.places : 0)
    }
    return unspent
  }

  /** What the room says became of an admission is what the show says. */
  became(entry: CountedEntry, said: { reservation: string; places: number | null }, offset: number): void {
    if (!this.show) return
    const use = this.show.stock.useAt(entry.entryId, this.known?.showOffset ?? -1)
    const wrong = (detail: string) => this.report('redemption-wrong', offset, `${entry.entryId} ${detail}`)
    if (!use) {
      wrong(`is ${said.reservation}, the show has no reservation that was made with it`)
      return
    }
    if (use.reservation !== said.reservation)
      wrong(`is ${said.reservation}, its reservation is ${use.reservation} in the show`)
    if (said.places !== null && use.places !== said.places)
      wrong(`has ${said.places} places, its reservation ${use.places}`)
  }

  /** Every reservation that the show made with an admission of this room up to `before` (exclusive): was it one, and whose. */
  checkUses(find: (entryId: string) => CountedEntry | null, before: number): void {
    for (const [entryId, use] of this.show?.stock.uses ?? [])
      if (use.offset < before) this.checkUse(entryId, use, find(entryId))
  }

  private checkUse(
    entryId: string,
    { customerId, heldAt, offset, reservationId }: AdmissionUse,
    entry: CountedEntry | null,
  ) {
    const wrong = (detail: string) =>
      this.report('redemption-wrong', offset, `${reservationId} at ${offset} of the show: ${detail}`)
    if (!entry || entry.admittedAt === null) {
      wrong(`${entryId} was not admitted`)
      return
    }
    if (entry.customerId !== customerId) wrong(`${entryId} is ${entry.customerId}’s, it was redeemed by ${customerId}`)
    if (heldAt >= entry.expiresAt) wrong(`${entryId} ran out at ${entry.expiresAt}, and was redeemed at ${heldAt}`)
  }

  private checkStock(
    { showVersion, showOffset, freePlaces }: Pick<StockReported, 'showVersion' | 'showOffset' | 'freePlaces'>,
    wrong: (detail: string) => void,
  ): void {
    if (!this.show) return
    const stock = this.show.stock.at(showVersion)
    if (!stock) {
      wrong(`the show has no version ${showVersion}`)
      return
    }
    if (stock.offset !== showOffset)
      wrong(`version ${showVersion} of the show is at ${stock.offset}, not at ${showOffset}`)
    if (stock.free !== freePlaces)
      wrong(`${freePlaces} free places at version ${showVersion}, the show has ${stock.free}`)
    const { perCustomerLimit } = this.known ?? {}
    if (perCustomerLimit !== undefined && perCustomerLimit !== this.show.perCustomerLimit)
      wrong(`a limit of ${perCustomerLimit} places, the show’s is ${this.show.perCustomerLimit}`)
  }
}
