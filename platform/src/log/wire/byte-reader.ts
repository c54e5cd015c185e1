/** More was to be read than there is: a batch that the broker cut off, or bytes that are something else. */
export class OutOfBytesError extends Error {}

/** Reads the few forms that Kafka's protocol has. What it gives out of the buffer is not copied. */
export class ByteReader {
  constructor(
    readonly bytes: Buffer,
    public at = 0,
    private readonly end = bytes.length,
  ) {}

  get left(): number {
    return this.end - this.at
  }

  int8(): number {
    this.need(1)
    return this.bytes.readInt8(this.at++)
  }

  int16(): number {
    this.need(2)
    const value = this.bytes.readInt16BE(this.at)
    this.at += 2
    return value
  }

  int32(): number {
    this.need(4)
    const value = this.bytes.readInt32BE(this.at)
    this.at += 4
    return value
  }

  /** Exact up to 2^53: offsets, times and producer ids are below it. */
  int64(): number {
    this.need(8)
    const value = this.bytes.readInt32BE(this.at) * 2 ** 32 + this.bytes.readUInt32BE(this.at + 4)
    this.at += 8
    return value
  }

  text16(): string {
    const length = this.int16()
    this.need(length)
    const value = this.bytes.toString('utf8', this.at, this.at + length)
    this.at += length
    return value
  }

  /** Zigzag. Longer than 32 bits (a time far from the batch's) it is still exact up to 2^53. */
  varint(): number {
    let shifted = 0
    let factor = 1
    for (let count = 0; count < 10; count += 1) {
      this.need(1)
      const byte = this.bytes[this.at++] as number
      shifted += (byte & 0x7f) * factor
      if (byte < 0x80) return shifted % 2 === 0 ? shifted / 2 : -(shifted + 1) / 2
      factor *= 128
    }
    throw new OutOfBytesError('a varint of more than ten bytes')
  }

  varBytes(): Buffer | null {
    const length = this.varint()
    if (length < 0) return null
    this.need(length)
    const start = this.at
    this.at += length
    return this.bytes.subarray(start, this.at)
  }

  need(count: number): void {
    if (this.at + count > this.end) throw new OutOfBytesError(`${count} bytes wanted, ${this.left} left`)
  }
}
