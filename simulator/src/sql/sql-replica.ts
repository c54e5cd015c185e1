import type { Endpoint, Kernel, SimProcess } from '../kernel/index.js'
import type { SqlServer } from './sql-server.js'

export interface ReplicaFaults {
  /** Mean time from a commit to its being applied, ms. */
  lagMs: number
}

/**
 * Applies the primary's transactions whole and in their order, each some time after its commit; may stop, and then go on
 * where it was. What it has applied outlives its crashes.
 */
export class SqlReplica implements Endpoint {
  readonly name = 'sql-replica'
  up = true
  faults: ReplicaFaults = { lagMs: 2 }
  /** When each commit from `first` on is applied, simulated ms; grows. */
  private due: number[] = []
  private first = 1
  private stopped = false
  /** Snapshots under way: the state that each reads. */
  private readonly snapshots = new Map<object, { state: number; process: SimProcess }>()

  constructor(
    readonly kernel: Kernel,
    readonly primary: SqlServer,
  ) {
    primary.onCommit = () => {
      this.due.push(this.stopped ? Number.POSITIVE_INFINITY : this.next())
    }
    primary.oldest = () => this.oldest()
  }

  /** Number of the last commit that it has applied. */
  get applied(): number {
    const { now } = this.kernel
    let passed = 0
    while (passed < this.due.length && (this.due[passed] as number) <= now) passed += 1
    if (passed > 0) {
      this.due.splice(0, passed)
      this.first += passed
    }
    return this.first - 1
  }

  /** How many commits it is behind. */
  get behind(): number {
    return this.primary.tables.committed - this.applied
  }

  get running(): boolean {
    return !this.stopped
  }

  /** It goes on receiving, and applies nothing. */
  stop(): void {
    const { applied } = this
    this.stopped = true
    this.due = this.due.map(() => Number.POSITIVE_INFINITY)
    this.kernel.say(this.name, () => `stops after ${applied} transactions`)
  }

  /** Catches up at some speed. */
  resume(): void {
    if (!this.stopped) return
    this.stopped = false
    const { now } = this.kernel
    this.due = this.due.map((_, at) => now + 0.05 * (at + 1))
    this.kernel.say(this.name, () => `goes on, ${this.behind} behind`)
  }

  /** Its connections are gone. */
  crash(): void {
    this.up = false
    this.snapshots.clear()
  }

  restart(): void {
    this.up = true
  }

  /** The state that a snapshot which begins now is of. */
  open(snapshot: object, process: SimProcess): number {
    const state = this.applied
    this.snapshots.set(snapshot, { state, process })
    return state
  }

  /** Whether the snapshot's connection is still there. */
  has(snapshot: object): boolean {
    return this.snapshots.has(snapshot)
  }

  close(snapshot: object): void {
    this.snapshots.delete(snapshot)
  }

  private oldest(): number {
    let oldest = this.applied
    for (const [snapshot, { state, process }] of this.snapshots) {
      // A process that has crashed asks for nothing more.
      if (!process.alive) this.snapshots.delete(snapshot)
      else oldest = Math.min(oldest, state)
    }
    return oldest
  }

  private next(): number {
    const { kernel, faults } = this
    const due = kernel.now + kernel.random.exponential(faults.lagMs)
    return Math.max(due, this.due.at(-1) ?? 0)
  }
}
