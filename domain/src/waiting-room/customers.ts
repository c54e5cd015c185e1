import { bytesToWords, wordsToBytes } from './words.js'

const noneYet = -1

export type CustomerColumn = 'ids' | 'idStarts' | 'latest'

/**
 * Customers by number, in the order in which they first came: ids as bytes, one after another, found by an open-addressed index at
 * most half full; about 20 bytes a customer beside the id's own. A Map of strings would take some 150.
 */
export class Customers {
  private bytes = new Uint8Array(4_096)
  private starts = new Uint32Array(1_025)
  private latest = new Int32Array(1_024)
  /** Customer + 1 by hash; 0 is empty. Linear probing. */
  private index = new Uint32Array(2_048)
  private count = 0

  get size(): number {
    return this.count
  }

  get byteLength(): number {
    return this.bytes.byteLength + this.starts.byteLength + this.latest.byteLength + this.index.byteLength
  }

  columns(): Record<CustomerColumn, Uint32Array> {
    const { count } = this
    return {
      ids: bytesToWords(this.bytes.subarray(0, this.starts[count])),
      idStarts: this.starts.slice(0, count + 1),
      latest: Uint32Array.from(this.latest.subarray(0, count)),
    }
  }

  /** Takes back what `columns` gave, into one that is empty. */
  load(count: number, { ids, idStarts, latest }: Record<CustomerColumn, Uint32Array>): void {
    if (idStarts.length !== count + 1 || latest.length !== count) throw new Error('a column of customers is short')
    this.bytes = grown(wordsToBytes(ids, idStarts[count]!), idStarts[count]! + 4_096)
    this.starts = grown(Uint32Array.from(idStarts), count + 1_025)
    this.latest = grown(Int32Array.from(latest), count + 1_024)
    this.count = count
    let length = 2_048
    while (length < 2 * (count + 1)) length *= 2
    this.index = new Uint32Array(length)
    for (let customer = 0; customer < count; customer++) this.link(customer)
  }

  /** -1: never seen. */
  find(id: string): number {
    const mask = this.index.length - 1
    for (let at = hashOf(id) & mask; ; at = (at + 1) & mask) {
      const customer = this.index[at]! - 1
      if (customer < 0 || this.is(customer, id)) return customer
    }
  }

  /** The customer's number, a new one where it has none. `id` is ASCII. */
  add(id: string): number {
    const known = this.find(id)
    if (known >= 0) return known
    const customer = this.count
    this.makeRoom(id.length)
    const start = this.starts[customer]!
    for (let at = 0; at < id.length; at++) this.bytes[start + at] = id.charCodeAt(at)
    this.starts[customer + 1] = start + id.length
    this.latest[customer] = noneYet
    this.count++
    this.link(customer)
    return customer
  }

  idOf(customer: number): string {
    return String.fromCharCode(...this.bytes.subarray(this.starts[customer], this.starts[customer + 1]))
  }

  /** The entry that the customer has or had last, -1 before the first. */
  entryOf(customer: number): number {
    return this.latest[customer]!
  }

  setEntry(customer: number, entry: number): void {
    this.latest[customer] = entry
  }

  private is(customer: number, id: string): boolean {
    const start = this.starts[customer]!
    if (this.starts[customer + 1]! - start !== id.length) return false
    for (let at = 0; at < id.length; at++) if (this.bytes[start + at] !== id.charCodeAt(at)) return false
    return true
  }

  private makeRoom(length: number): void {
    const end = this.starts[this.count]! + length
    if (end > this.bytes.length) this.bytes = grown(this.bytes, Math.max(end, this.bytes.length * 1.5))
    if (this.count + 2 > this.starts.length) this.starts = grown(this.starts, this.starts.length * 1.5)
    if (this.count + 1 > this.latest.length) this.latest = grown(this.latest, this.latest.length * 1.5)
    if (2 * (this.count + 1) <= this.index.length) return
    this.index = new Uint32Array(this.index.length * 2)
    for (let customer = 0; customer < this.count; customer++) this.link(customer)
  }

  private link(customer: number): void {
    const mask = this.index.length - 1
    let at = this.hashAt(customer) & mask
    while (this.index[at] !== 0) at = (at + 1) & mask
    this.index[at] = customer + 1
  }

  private hashAt(customer: number): number {
    let hash = fnvBasis
    const end = this.starts[customer + 1]!
    for (let at = this.starts[customer]!; at < end; at++) hash = Math.imul(hash ^ this.bytes[at]!, fnvPrime)
    return mixed(hash)
  }
}

type Column = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

/** The same column with room for more. */
export function grown<Kind extends Column>(column: Kind, length: number): Kind {
  const larger = new (column.constructor as new (length: number) => Kind)(Math.ceil(length))
  larger.set(column as never)
  return larger
}

const fnvBasis = 0x811c9dc5
const fnvPrime = 0x01000193

function hashOf(id: string): number {
  let hash = fnvBasis
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), fnvPrime)
  return mixed(hash)
}

/** FNV's low bits are its worst. */
function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (half ^ (half >>> 13)) >>> 0
}
