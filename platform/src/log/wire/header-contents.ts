import type { ByteReader } from './byte-reader.js'

const slots = 512
const longest = 64
/** Looks at a name's contents before it is judged. */
const trial = 256

interface Name {
  looks: number
  hits: number
}

/**
 * Contents of headers, most of which come again and again (the claim, the type, the stream): those are given as one and the same buffer,
 * which nobody may write to. For a name whose contents are all different nothing is looked up.
 */
export class HeaderContents {
  private readonly kept: (Buffer | undefined)[] = new Array(slots)
  private readonly names = new Map<string, Name>()

  read(reader: ByteReader, name: string): Buffer | null {
    const content = reader.varint()
    if (content < 0) return null
    reader.need(content)
    const { bytes, at } = reader
    reader.at = at + content
    if (content === 0 || content > longest || !this.isWorthIt(name)) return bytes.subarray(at, at + content)
    const slot =
      ((bytes[at] as number) * 31 +
        (bytes[at + content - 1] as number) * 17 +
        (bytes[at + (content >> 1)] as number) * 7 +
        (bytes[at + content - (content >> 2)] as number) +
        content) &
      (slots - 1)
    const known = this.kept[slot]
    if (known !== undefined && known.length === content && known.compare(bytes, at, at + content) === 0) {
      ;(this.names.get(name) as Name).hits += 1
      return known
    }
    // A copy: what is kept must not keep a whole answer of the broker.
    const copy = Buffer.from(bytes.subarray(at, at + content))
    this.kept[slot] = copy
    return copy
  }

  private isWorthIt(name: string): boolean {
    const seen = this.names.get(name)
    if (!seen) {
      if (this.names.size < slots) this.names.set(name, { looks: 0, hits: 0 })
      return false
    }
    if (seen.looks >= trial && seen.hits * 2 < seen.looks) return false
    seen.looks += 1
    return true
  }
}
