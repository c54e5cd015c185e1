import type { Timers } from '@onsale/platform/ports'

export interface SharedTimeoutOptions {
  timers: Timers
  clock: { now(): number }
  /** ms */
  answerWaitMs: number
}

interface Entry {
  /** UTC ms. */
  at: number
  /** Null once it is cancelled, or over. */
  onTimeout: (() => void) | null
}

/** One timer for all who wait equally long: who came first is the first to run out. Hardly ever does one of thousands. */
export class SharedTimeout {
  private readonly entries: Entry[] = []
  private head = 0
  private waiting = 0
  private running: AbortController | null = null

  constructor(private readonly options: SharedTimeoutOptions) {}

  /** @param onTimeout is called once, unless it is cancelled before */
  start(onTimeout: () => void): { cancel(): void } {
    const { clock, answerWaitMs } = this.options
    const entry: Entry = { at: clock.now() + answerWaitMs, onTimeout }
    this.entries.push(entry)
    this.waiting += 1
    if (!this.running) void this.run()
    return {
      cancel: () => {
        if (!entry.onTimeout) return
        entry.onTimeout = null
        this.waiting -= 1
        // A timer that nobody needs would keep a process that is to end.
        if (this.waiting === 0) this.running?.abort('nobody waits')
      },
    }
  }

  private async run(): Promise<void> {
    const { timers, clock } = this.options
    const running = new AbortController()
    this.running = running
    while (this.waiting > 0) {
      const at = this.firstWaiting().at
      await timers.sleep(at - clock.now(), running.signal)
      if (running.signal.aborted) break
      // Whom the timer was for, whatever the clock says: it may have been set back meanwhile.
      while (this.waiting > 0 && this.firstWaiting().at <= at) this.ring(this.firstWaiting())
    }
    if (this.running === running) this.running = null
    this.forgetPast()
    if (this.waiting > 0 && !this.running) void this.run()
  }

  private firstWaiting(): Entry {
    while (!this.entries[this.head]?.onTimeout) this.head += 1
    if (this.head > 1_024 && this.head * 2 > this.entries.length) this.forgetPast()
    return this.entries[this.head] as Entry
  }

  private ring(entry: Entry): void {
    const { onTimeout } = entry
    entry.onTimeout = null
    this.waiting -= 1
    onTimeout?.()
  }

  private forgetPast(): void {
    if (this.waiting === 0) this.entries.length = 0
    else this.entries.splice(0, this.head)
    this.head = 0
  }
}
