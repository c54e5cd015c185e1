import { type CustomerColumn, Customers, grown } from './customers.js'
import { bytesToWords, timesToWords, wordsToBytes, wordsToTimes } from './words.js'

export type EntryColumn = 'states' | 'places' | 'owners' | 'seen' | CustomerColumn

/** Waiting, in the lobby or in the queue. */
export const waiting = 0
/** Left, and may come back until its grace has run out. */
export const away = 1
export const admitted = 2
export const active = 3
export const completed = 4
export const left = 5
export const skipped = 6
export const expired = 7
export type EntryStatus = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7

const statusBits = 0b111
const priorityBit = 0b1000
const drawnBit = 0b10000
export const noPlace = -1

/** The entries of a room by number, in columns, and their customers. */
export class Entries {
  readonly customers = new Customers()
  private states = new Uint8Array(1_024)
  private places = new Int32Array(1_024)
  private owners = new Int32Array(1_024)
  private seen = new Float64Array(1_024)
  private count = 0
  private readonly byStatus = new Uint32Array(8)

  get size(): number {
    return this.count
  }

  /** Those that wait or may come back. */
  get live(): number {
    return this.byStatus[waiting]! + this.byStatus[away]!
  }

  get byteLength(): number {
    const columns = [this.states, this.places, this.owners, this.seen]
    return columns.reduce((sum, { byteLength }) => sum + byteLength, this.customers.byteLength)
  }

  /** Everything by name, as words that can be stored. */
  columns(): Record<EntryColumn, Uint32Array> {
    const { count, customers } = this
    return {
      states: bytesToWords(this.states.subarray(0, count)),
      places: Uint32Array.from(this.places.subarray(0, count)),
      owners: Uint32Array.from(this.owners.subarray(0, count)),
      seen: timesToWords(this.seen.subarray(0, count)),
      ...customers.columns(),
    }
  }

  /** Takes back what `columns` gave, into one that is empty. Throws where it can't have given that. */
  load(count: number, customers: number, columns: Record<EntryColumn, Uint32Array>): void {
    this.states = grown(wordsToBytes(columns.states, count), count + 1_024)
    this.places = grown(Int32Array.from(columns.places), count + 1_024)
    this.owners = grown(Int32Array.from(columns.owners), count + 1_024)
    this.seen = grown(wordsToTimes(columns.seen), count + 1_024)
    const lengths = [columns.places, columns.owners].map(({ length }) => length)
    if (lengths.some((length) => length !== count) || columns.seen.length !== 2 * count)
      throw new Error('a column is short')
    this.count = count
    for (let entry = 0; entry < count; entry++) this.byStatus[this.status(entry)]!++
    this.customers.load(customers, columns)
  }

  add(customerId: string, priority: boolean, place: number, at: number): number {
    const entry = this.count++
    if (entry === this.states.length) {
      const length = this.count * 1.5
      this.states = grown(this.states, length)
      this.places = grown(this.places, length)
      this.owners = grown(this.owners, length)
      this.seen = grown(this.seen, length)
    }
    const customer = this.customers.add(customerId)
    this.customers.setEntry(customer, entry)
    this.states[entry] = priority ? waiting | priorityBit : waiting
    this.byStatus[waiting]!++
    this.places[entry] = place
    this.owners[entry] = customer
    this.seen[entry] = at
    return entry
  }

  /** The entry that a customer has or had last; -1: none. */
  of(customerId: string): number {
    const customer = this.customers.find(customerId)
    return customer < 0 ? -1 : this.customers.entryOf(customer)
  }

  status(entry: number): EntryStatus {
    return (this.states[entry]! & statusBits) as EntryStatus
  }

  setStatus(entry: number, status: EntryStatus): void {
    this.byStatus[this.status(entry)]!--
    this.byStatus[status]!++
    this.states[entry] = (this.states[entry]! & ~statusBits) | status
  }

  isPriority(entry: number): boolean {
    return (this.states[entry]! & priorityBit) !== 0
  }

  /** Whether the draw gives it its place. */
  isDrawn(entry: number): boolean {
    return (this.states[entry]! & drawnBit) !== 0
  }

  setDrawn(entry: number): void {
    this.states[entry]! |= drawnBit
  }

  place(entry: number): number {
    return this.places[entry]!
  }

  setPlace(entry: number, place: number): void {
    this.places[entry] = place
  }

  customerId(entry: number): string {
    return this.customers.idOf(this.owners[entry]!)
  }

  /** When the log itself last heard of the visitor. */
  seenAt(entry: number): number {
    return this.seen[entry]!
  }

  setSeenAt(entry: number, at: number): void {
    this.seen[entry] = at
  }
}

/** It waits, or may come back. */
export const isLive = (status: EntryStatus) => status === waiting || status === away

/** Its customer may join again, with another entry. */
export const isOver = (status: EntryStatus) => status >= completed
