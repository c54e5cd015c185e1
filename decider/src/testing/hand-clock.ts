import type { Clock, Timers } from '@onsale/platform/ports'

/** A clock that stands still until it is moved, and the timers that go with it. */
export class HandClock implements Clock, Timers {
  private sleepers: { at: number; wake(passed: boolean): void }[] = []

  constructor(private time = Date.UTC(2030, 0, 1)) {}

  now(): number {
    return this.time
  }

  sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve(false)
      if (ms <= 0) return resolve(true)
      const sleeper = { at: this.time + ms, wake: resolve }
      this.sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.sleepers = this.sleepers.filter((one) => one !== sleeper)
        resolve(false)
      })
    })
  }

  advance(ms: number): void {
    this.time += ms
    const due = this.sleepers.filter(({ at }) => at <= this.time)
    this.sleepers = this.sleepers.filter(({ at }) => at > this.time)
    for (const { wake } of due) wake(true)
  }
}
