import type { Timers } from '@onsale/platform/ports'

/** Sleeps end when the test says so. */
export class HandTimers implements Timers {
  private readonly sleeping = new Set<() => void>()

  get asleep(): number {
    return this.sleeping.size
  }

  sleep(_ms: number, signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const wake = () => {
        this.sleeping.delete(wake)
        resolve(!signal?.aborted)
      }
      if (signal?.aborted) return resolve(false)
      this.sleeping.add(wake)
      signal?.addEventListener('abort', wake, { once: true })
    })
  }

  /** Ends every sleep of now. */
  elapse(): void {
    for (const wake of [...this.sleeping]) wake()
  }
}
