import type { Clock, Ids, Timers } from '@onsale/platform/ports'
import type { Pending } from './event-queue.js'
import type { Kernel } from './kernel.js'
import { SeededRandom } from './random.js'

/** All texts of four hex digits. */
const quads = Array.from({ length: 0x10000 }, (_, quad) => quad.toString(16).padStart(4, '0'))
const hex = (bits: number): string => `${quads[bits >>> 16]}${quads[bits & 0xffff]}`

/**
 * One process of the system: its clock, timers, ids and randomness, and everything that it waits for. When it crashes,
 * nothing that it waited for ever comes, so that none of its code runs on; when it is paused, all of it comes later, at once.
 */
export class SimProcess implements Clock, Timers, Ids {
  readonly random: SeededRandom
  private dead = false
  private stopped = false
  private held: Pending[] = []
  private readonly endings: (() => void)[] = []
  /** What its clock says too much, ms. */
  private offsetMs = 0
  /** Ms that its clock gains in a second. */
  private drift = 0
  private driftSince = 0

  constructor(
    readonly kernel: Kernel,
    readonly name: string,
  ) {
    this.random = new SeededRandom(name, kernel.random.bits())
  }

  get alive(): boolean {
    return !this.dead
  }

  get paused(): boolean {
    return this.stopped
  }

  /** UTC ms, as this process believes. */
  now(): number {
    const { kernel } = this
    const gained = ((kernel.now - this.driftSince) / 1000) * this.drift
    return kernel.epochMs + Math.floor(kernel.now + this.offsetMs + gained)
  }

  /** Its clock is wrong by so much more from now on. */
  jump(ms: number): void {
    this.offsetMs += ms
  }

  /** Its clock gains so many ms in each second from now on. */
  drifts(msPerSecond: number): void {
    const { kernel } = this
    this.offsetMs += ((kernel.now - this.driftSince) / 1000) * this.drift
    this.driftSince = kernel.now
    this.drift = msPerSecond
  }

  /** Timers go by the time that really passes, as a monotonic clock does. */
  sleep(ms: number, signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve(false)
      let timer: Pending | null = null
      const onAbort = () => {
        if (timer) timer.cancelled = true
        resolve(false)
      }
      if (ms < 2 ** 40)
        timer = this.after(ms, 'timer', () => {
          signal?.removeEventListener('abort', onAbort)
          resolve(true)
        })
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** UUIDv7. */
  uuid(): string {
    const time = this.now().toString(16).padStart(12, '0')
    const { random } = this
    const [a, b, c] = [hex(random.bits()), hex(random.bits()), hex(random.bits())]
    const variant = '89ab'[random.below(4)]
    return `${time.slice(0, 8)}-${time.slice(8)}-7${a.slice(0, 3)}-${variant}${a.slice(3, 6)}-${b}${c.slice(0, 4)}`
  }

  /** Runs `run` in this process after `delayMs`: later while it is paused, never once it has crashed. */
  after(delayMs: number, label: string, run: () => void): Pending {
    const { kernel } = this
    const entry = kernel.after(delayMs, label, () => {
      if (this.dead) return
      if (this.stopped) {
        this.held.push(entry)
        return
      }
      kernel.current = this
      run()
    })
    return entry
  }

  /** Runs `run` in this process in a step of its own. */
  start(run: () => void): void {
    this.after(0, `start ${this.name}`, run)
  }

  crash(): void {
    if (this.dead) return
    this.dead = true
    this.held = []
    for (const end of this.endings) end()
  }

  /** Called at its crash, for the servers that see its connections close. */
  whenCrashed(end: () => void): void {
    this.endings.push(end)
  }

  /** As SIGSTOP does: it notices nothing, and nobody is told. */
  pause(): void {
    this.stopped = true
  }

  /** As SIGCONT does: all that came in the meantime is there at once, in order. */
  resume(): void {
    if (!this.stopped || this.dead) return
    this.stopped = false
    for (const { label, run, cancelled } of this.held.splice(0)) if (!cancelled) this.kernel.after(0, label, run)
  }
}
