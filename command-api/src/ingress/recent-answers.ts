/** An answer as the journal has it, undecoded. */
export interface StoredAnswer {
  value: Buffer
  /** How many records the command left, this one included. */
  records: number
}

/** An answer takes 200 to 300 bytes; one of a hundred seats some thousands. */
const bytesEach = 400
/** Between the offsets of two partitions, so that their newest answers do not lie in the same slots. */
const stride = 4_099

/**
 * The newest answers by their places in the journal, in memory that is the same all the time. As objects, each of thousands would live for
 * seconds, and with its headers the whole response of the broker that it came in: too long for a young object, soon after that garbage
 * of an old one. What was pushed out is not found any more.
 */
export class RecentAnswers {
  private readonly offsets: Float64Array
  private readonly partitions: Int32Array
  private readonly starts: Float64Array
  private readonly lengths: Int32Array
  private readonly records: Int32Array
  private readonly bytes: Buffer
  /** Bytes ever written, what was left free at the end of a round included. */
  private written = 0

  /** @param slots how many answers, at most */
  constructor(
    private readonly slots: number,
    bytes = slots * bytesEach,
  ) {
    this.offsets = new Float64Array(slots).fill(-1)
    this.partitions = new Int32Array(slots)
    this.starts = new Float64Array(slots)
    this.lengths = new Int32Array(slots)
    this.records = new Int32Array(slots)
    this.bytes = Buffer.allocUnsafeSlow(bytes)
  }

  /** The value is copied. One that is larger than all the memory is not kept. */
  put(partition: number, offset: number, { value, records }: StoredAnswer): void {
    const room = this.bytes.length
    if (value.length > room) return
    const left = room - (this.written % room)
    if (left < value.length) this.written += left
    const slot = this.slotOf(partition, offset)
    this.offsets[slot] = offset
    this.partitions[slot] = partition
    this.starts[slot] = this.written
    this.lengths[slot] = value.length
    this.records[slot] = records
    value.copy(this.bytes, this.written % room)
    this.written += value.length
  }

  get(partition: number, offset: number): StoredAnswer | null {
    const slot = this.slotOf(partition, offset)
    if (this.offsets[slot] !== offset || this.partitions[slot] !== partition) return null
    const start = this.starts[slot] as number
    const room = this.bytes.length
    if (this.written - start > room) return null
    const at = start % room
    const value = Buffer.from(this.bytes.subarray(at, at + (this.lengths[slot] as number)))
    return { value, records: this.records[slot] as number }
  }

  private slotOf(partition: number, offset: number): number {
    return (offset + partition * stride) % this.slots
  }
}
