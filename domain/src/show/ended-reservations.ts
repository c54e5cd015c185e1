import { bytes } from '../columns/paged-column.js'
import { TextColumn } from '../columns/text-column.js'
import { TextTable } from '../columns/text-table.js'

export type Ending = 'released' | 'expired' | 'cancelled'

export interface EndedReservation {
  readonly customerId: string
  readonly ending: Ending
}

const kinds: readonly Ending[] = ['released', 'expired', 'cancelled']

export const isEnding = (text: string): text is Ending => kinds.some((kind) => kind === text)

/**
 * How reservations ended, so that a late command learns it. Bounded: past the bound the oldest is forgotten, and a command
 * about it is answered `reservation-not-found`. In columns, as the live ones: 50,000 are remembered of each show.
 */
export class EndedReservations {
  private readonly prefix: string
  /** By place in a ring, once it is full; without what all begin with. */
  private readonly ids = new TextTable()
  private readonly customerIds = new TextColumn()
  private readonly endings = bytes()
  private oldest = 0

  constructor(
    showId: string,
    private readonly bound: number,
  ) {
    this.prefix = `${showId}.`
  }

  get size(): number {
    return this.ids.size
  }

  get(id: string): EndedReservation | undefined {
    const place = id.startsWith(this.prefix) ? this.ids.find(id.slice(this.prefix.length)) : -1
    if (place < 0) return undefined
    return { customerId: this.customerIds.get(place), ending: kinds[this.endings.get(place)]! }
  }

  /** `id` begins with the show's, and is not there. */
  add(id: string, { customerId, ending }: EndedReservation): void {
    const isFull = this.size === this.bound
    const place = isFull ? this.oldest : this.size
    if (isFull) {
      this.ids.delete(place)
      this.oldest = (this.oldest + 1) % this.bound
    }
    this.ids.put(place, id.slice(this.prefix.length))
    this.customerIds.set(place, customerId)
    this.endings.set(place, kinds.indexOf(ending))
  }

  /** Oldest first, as they are now, whatever is added before they are taken. */
  entries(): Iterable<[id: string, ended: EndedReservation]> {
    const { prefix, size, oldest } = this
    const [ids, customerIds, ends] = [this.ids.frozen(), this.customerIds.frozen(), this.endings.frozen()]
    return (function* () {
      for (let n = 0; n < size; n++) {
        const place = (oldest + n) % size
        const ended = { customerId: customerIds.get(place), ending: kinds[ends.get(place)]! }
        yield [prefix + ids.get(place), ended] as [string, EndedReservation]
      }
    })()
  }
}
