import type { ByteReader } from './byte-reader.js'

/** Slots; a name goes where its length and three of its bytes say, and a newer one takes the place of an older one. */
const slots = 1_024

/** Names of headers come again and again: each is made text once, and found again by its bytes. */
export class HeaderNames {
  private readonly texts: (string | undefined)[] = new Array(slots)

  read(reader: ByteReader): string {
    const length = reader.varint()
    // As kafkajs reads a name that is null.
    if (length <= 0) return ''
    reader.need(length)
    const { bytes, at } = reader
    reader.at = at + length
    const slot =
      ((bytes[at] as number) * 31 +
        (bytes[at + length - 1] as number) * 17 +
        (bytes[at + (length >> 1)] as number) * 7 +
        length) &
      (slots - 1)
    const known = this.texts[slot]
    if (known !== undefined && known.length === length && isText(bytes, at, known)) return known
    const text = bytes.toString('utf8', at, at + length)
    this.texts[slot] = text
    return text
  }
}

/** Only of ASCII, whose bytes are its characters. */
function isText(bytes: Buffer, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (bytes[at + index] !== text.charCodeAt(index)) return false
  return true
}
