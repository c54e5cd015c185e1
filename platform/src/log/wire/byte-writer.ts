/** How many bytes a number takes as a zigzag varint. */
function varintBytes(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0
  if (zigzag < 0x80) return 1
  if (zigzag < 0x4000) return 2
  if (zigzag < 0x200000) return 3
  return zigzag < 0x10000000 ? 4 : 5
}

/** A buffer that grows, with the few forms that Kafka's protocol has. */
export class ByteWriter {
  private bytes: Buffer
  private at = 0

  /** @param memory to begin with, or how many bytes of it */
  constructor(memory: Buffer | number) {
    this.bytes = typeof memory === 'number' ? Buffer.allocUnsafe(memory) : memory
  }

  get length(): number {
    return this.at
  }

  /** All that was written. It is this writer's own memory. */
  get written(): Buffer {
    return this.bytes.subarray(0, this.at)
  }

  int8(value: number): void {
    this.room(1)
    this.at = this.bytes.writeInt8(value, this.at)
  }

  int16(value: number): void {
    this.room(2)
    this.at = this.bytes.writeInt16BE(value, this.at)
  }

  int32(value: number): void {
    this.room(4)
    this.at = this.bytes.writeInt32BE(value, this.at)
  }

  int64(value: bigint): void {
    this.room(8)
    this.at = this.bytes.writeBigInt64BE(value, this.at)
  }

  /** An int32 whose value comes later. @returns its place, for `patch32` */
  later32(): number {
    const place = this.at
    this.int32(0)
    return place
  }

  /** As unsigned. */
  patch32(place: number, value: number): void {
    this.bytes.writeUInt32BE(value >>> 0, place)
  }

  /** Zigzag; of 32 bits. */
  varint(value: number): void {
    this.room(5)
    this.putVarint(value)
  }

  /** Length as a varint, then the bytes; null has the length -1. */
  varBytes(value: Uint8Array | string | null | undefined): void {
    if (value === null || value === undefined) this.varint(-1)
    else if (typeof value === 'string') this.varText(value)
    else {
      this.room(5 + value.length)
      this.putVarint(value.length)
      this.bytes.set(value, this.at)
      this.at += value.length
    }
  }

  /** Bytes that were made before, as they are. */
  raw(value: Uint8Array): void {
    this.room(value.length)
    this.bytes.set(value, this.at)
    this.at += value.length
  }

  /** int16 length, then the text; null has the length -1. */
  text16(value: string | null): void {
    if (value === null) {
      this.int16(-1)
      return
    }
    const length = Buffer.byteLength(value)
    this.int16(length)
    this.room(length)
    this.at += this.bytes.write(value, this.at, 'utf8')
  }

  /** What `write` writes, with its length as a varint in front. */
  framed(write: () => void): void {
    const start = this.at
    // Two bytes are the length of nearly every record; where they are not, what was written moves.
    this.room(5)
    this.at = start + 2
    write()
    const length = this.at - start - 2
    const prefix = varintBytes(length)
    if (prefix !== 2) {
      this.room(3)
      this.bytes.copyWithin(start + prefix, start + 2, this.at)
    }
    this.at = start
    this.putVarint(length)
    this.at += length
  }

  /** Nearly all text of ours is short ASCII: written without asking first how long it is in UTF-8. */
  private varText(value: string): void {
    const { length } = value
    this.room(5 + length)
    const { bytes } = this
    const start = this.at
    this.putVarint(length)
    let at = this.at
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index)
      if (code > 0x7f) {
        this.at = start
        this.varBytes(Buffer.from(value, 'utf8'))
        return
      }
      bytes[at] = code
      at += 1
    }
    this.at = at
  }

  private putVarint(value: number): void {
    let zigzag = ((value << 1) ^ (value >> 31)) >>> 0
    while (zigzag >= 0x80) {
      this.bytes[this.at] = (zigzag & 0x7f) | 0x80
      this.at += 1
      zigzag >>>= 7
    }
    this.bytes[this.at] = zigzag
    this.at += 1
  }

  private room(more: number): void {
    if (this.at + more <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + more))
    this.bytes.copy(larger, 0, 0, this.at)
    this.bytes = larger
  }
}
