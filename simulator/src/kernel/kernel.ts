import { EventQueue, type Pending } from './event-queue.js'
import { type FaultCounts, type FaultKind, noFaults } from './faults.js'
import { joinedSignals } from './joined-signals.js'
import { SeededRandom } from './random.js'
import { SimProcess } from './sim-process.js'
import { Trace } from './trace.js'

/** A promise that did not hold. */
export interface Violation {
  /** Which: `oversold`, `answer-differs`, `projection-differs` … */
  invariant: string
  detail: string
  /** Simulated ms since the run began. */
  at: number
}

export interface KernelOptions {
  seed: string | number
  trace?: Trace
  /** UTC ms at which the run begins. */
  epochMs?: number
}

AbortSignal.any = joinedSignals

/** A microtask is asked for by it; queueMicrotask costs several times as much. */
const settled = Promise.resolve()

/** Where nothing in a run may look: real time, real randomness. This is what stands in for them. */
export class Kernel {
  /** The one whose step it is: code that knows no ports (a library's timers) finds its process here. */
  static running: Kernel | null = null
  readonly random: SeededRandom
  readonly trace: Trace
  readonly faults: FaultCounts = noFaults()
  readonly violations: Violation[] = []
  readonly epochMs: number
  /** The process in which the present step runs; null where it is a server's or the world's. */
  current: SimProcess | null = null
  private readonly queue = new EventQueue()
  private sequence = 0
  private time = 0
  private taken = 0

  constructor(options: KernelOptions) {
    this.random = new SeededRandom('kernel', options.seed)
    this.trace = options.trace ?? new Trace()
    this.epochMs = options.epochMs ?? Date.UTC(2030, 0, 1)
  }

  /** Simulated ms since the run began, with fractions; never goes back. */
  get now(): number {
    return this.time
  }

  /** UTC ms as a perfect clock would have it. */
  get utc(): number {
    return this.epochMs + Math.floor(this.time)
  }

  get steps(): number {
    return this.taken
  }

  get pending(): number {
    return this.queue.size
  }

  /** A process that has just started. One that crashes never comes back: another takes its place. */
  process(name: string): SimProcess {
    return new SimProcess(this, name)
  }

  /** Runs `run` after `delayMs` of simulated time, in no process: for servers and the world itself. */
  after(delayMs: number, label: string, run: () => void): Pending {
    const entry: Pending = {
      at: this.time + Math.max(0, delayMs),
      sequence: this.sequence++,
      label,
      run,
      cancelled: false,
    }
    this.queue.add(entry)
    return entry
  }

  count(kind: FaultKind, what: () => string = () => kind, who = 'fault'): void {
    this.faults[kind] += 1
    this.say(who, what)
  }

  say(who: string, what: () => string): void {
    this.trace.say(this.time, who, what)
  }

  violate(invariant: string, detail: string): void {
    this.violations.push({ invariant, detail, at: this.time })
    this.say('VIOLATION', () => `${invariant}: ${detail}`)
  }

  /** Nothing that is pending ever comes. */
  close(): void {
    this.queue.clear()
  }

  /** Lets one thing happen. False where nothing is pending. */
  step(): boolean {
    for (;;) {
      const entry = this.queue.take()
      if (!entry) return false
      if (entry.cancelled) continue
      this.time = entry.at
      this.taken += 1
      this.current = null
      Kernel.running = this
      this.trace.step(entry.at, entry.label)
      entry.run()
      return true
    }
  }

  /**
   * Lets things happen until `done`, asked between steps, or until nothing is pending any more. Whatever a step sets off
   * in this turn (every promise that it resolves, to the last) is over before the next step.
   */
  run(done: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const arm = () => process.nextTick(step)
      const step = () => {
        try {
          if (done() || !this.step()) return resolve()
        } catch (error) {
          return reject(error as Error)
        }
        // A tick that is asked for by a microtask comes after all of them: much cheaper than setImmediate, and as safe.
        if (this.taken % 20_000 === 0) setImmediate(step)
        else void settled.then(arm)
      }
      setImmediate(step)
    })
  }
}
