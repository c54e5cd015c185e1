type Numbers = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

export type Bytes = PagedColumn<Uint8Array<ArrayBuffer>>
export type Ints = PagedColumn<Int32Array<ArrayBuffer>>
export type Floats = PagedColumn<Float64Array<ArrayBuffer>>

const pageBits = 12
const pageLength = 1 << pageBits
const pageMask = pageLength - 1
const leastLength = 16

/** Numbers by place, 0 where none was set, to be read alone. */
export class ReadColumn<Kind extends Numbers = Numbers> {
  constructor(protected readonly pages: Kind[]) {}

  get(place: number): number {
    return this.pages[place >>> pageBits]?.[place & pageMask] ?? 0
  }
}

/**
 * Numbers by place, outside the heap: a collection of garbage has nothing to look at in them, however many there are. In pages, so that
 * growing copies none but the first, which begins small.
 */
export class PagedColumn<Kind extends Numbers> extends ReadColumn<Kind> {
  /** Pages that a frozen column has too. */
  private readonly shared: boolean[] = []

  constructor(private readonly kind: new (length: number) => Kind) {
    super([])
  }

  set(place: number, value: number): void {
    this.writable(place >>> pageBits, place & pageMask)[place & pageMask] = value
  }

  /** The numbers as they are now, whatever is set later: a page is copied when it is written to, not before. */
  frozen(): ReadColumn<Kind> {
    this.shared.fill(true)
    return new ReadColumn(this.pages.slice())
  }

  private writable(page: number, at: number): Kind {
    const known = this.pages[page]
    if (known && at < known.length && !this.shared[page]) return known
    while (this.pages.length <= page) {
      this.pages.push(new this.kind(0))
      this.shared.push(false)
    }
    const before = this.pages[page]!
    const copy = new this.kind(page > 0 ? pageLength : lengthFor(at, before.length))
    copy.set(before)
    this.pages[page] = copy
    this.shared[page] = false
    return copy
  }
}

export const bytes = (): Bytes => new PagedColumn<Uint8Array<ArrayBuffer>>(Uint8Array)
export const ints = (): Ints => new PagedColumn<Int32Array<ArrayBuffer>>(Int32Array)
export const floats = (): Floats => new PagedColumn<Float64Array<ArrayBuffer>>(Float64Array)

/** A show of ten reservations needs no whole page of each column. */
function lengthFor(at: number, length: number): number {
  return at < length ? length : Math.min(pageLength, Math.max(leastLength, 2 * length, at + 1))
}
