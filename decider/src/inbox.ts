import type { RawRecord } from '@onsale/platform/log'

/** The commands topic does not go on where the journal says we are: deciding on would lose commands. */
export class CommandGapError extends Error {}

/**
 * Commands of one partition that have arrived and are not decided yet, in order and without gaps. Bounded: past the high
 * mark it asks for a pause, below the low mark to go on.
 */
export class Inbox {
  private records: RawRecord[] = []
  private next: number
  private gap: CommandGapError | null = null
  private paused = false
  private wake: (() => void) | null = null

  constructor(
    firstOffset: number,
    private readonly flow: { pause(): void; resume(): void },
    private readonly highMark = 5_000,
  ) {
    this.next = firstOffset
  }

  /** Commands that wait. */
  get size(): number {
    return this.records.length
  }

  put(records: RawRecord[]): void {
    for (const record of records) {
      if (record.offset !== this.next) {
        this.gap = new CommandGapError(
          `${record.topic}/${record.partition}: command ${this.next} expected, the log offers ${record.offset}`,
        )
        break
      }
      this.next += 1
      this.records.push(record)
    }
    if (!this.paused && this.size > this.highMark) {
      this.paused = true
      this.flow.pause()
    }
    this.wake?.()
  }

  /** Waits until something is there, `ms` have passed on the timer given, or the signal aborts. */
  async arrival(elapsed: Promise<unknown>): Promise<void> {
    if (this.size > 0 || this.gap) return
    await Promise.race([
      new Promise<void>((resolve) => {
        this.wake = resolve
      }),
      elapsed,
    ])
    this.wake = null
  }

  /**
   * The next commands, at most `max`, without removing them.
   * @throws CommandGapError
   */
  peek(max: number): RawRecord[] {
    if (this.gap && this.size === 0) throw this.gap
    return this.records.slice(0, max)
  }

  /** The first `count` are decided, durably. */
  drop(count: number): void {
    // None is kept a moment longer: it would grow old, and with it all the bytes that the broker sent together with it.
    this.records = this.records.slice(count)
    if (this.paused && this.size < this.highMark / 2) {
      this.paused = false
      this.flow.resume()
    }
  }
}
