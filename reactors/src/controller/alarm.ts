import type { Timers } from '@onsale/platform/ports'

/** A pause that ends early when something has happened, also if that was before the pause began. */
export class Alarm {
  private rung = false
  private ring: AbortController | null = null

  constructor(
    private readonly timers: Timers,
    private readonly over: AbortSignal,
  ) {}

  wake(): void {
    this.rung = true
    this.ring?.abort('rung')
  }

  async wait(ms: number): Promise<void> {
    if (!this.rung && !this.over.aborted) {
      this.ring = new AbortController()
      await this.timers.sleep(ms, AbortSignal.any([this.ring.signal, this.over]))
      this.ring = null
    }
    this.rung = false
  }
}
