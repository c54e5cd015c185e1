import type { Partition } from '@onsale/domain'
import type { JournalFold } from './journal-fold.js'

/** The folds of this process: of partitions that it stands by for, and of those that it is about to own. */
export class Folds {
  private readonly folds = new Map<number, JournalFold>()
  /** States of owners that have just let go of their partitions here, until it is known which of them are to be followed on. */
  private readonly left = new Map<number, Partition>()
  /** Partitions whose owners here wait for their folds. */
  private readonly held = new Set<number>()
  /** Null until it is known what to stand by for. */
  private wanted: ReadonlySet<number> | null = null

  constructor(private readonly open: (partition: number, state: Partition | null) => JournalFold) {}

  /** Partitions whose folds have all but reached the log's end. */
  get warm(): number[] {
    return [...this.folds].flatMap(([partition, fold]) => (fold.isWarm ? [partition] : []))
  }

  /** Follows these, and no others. */
  standBy(partitions: readonly number[]): void {
    this.wanted = new Set(partitions)
    for (const partition of this.folds.keys()) this.dropUnwanted(partition)
    for (const partition of partitions) this.at(partition)
    this.left.clear()
  }

  /** For an owner: the fold that follows already, or one that begins now. To be given back by `release`. */
  hold(partition: number): JournalFold {
    this.held.add(partition)
    return this.at(partition)
  }

  /** The owner has taken the state, or does not need it any more. */
  release(partition: number, taken: boolean): void {
    this.held.delete(partition)
    if (taken) this.folds.delete(partition)
    else if (this.wanted) this.dropUnwanted(partition)
  }

  private at(partition: number): JournalFold {
    const known = this.folds.get(partition)
    if (known) return known
    const fold = this.open(partition, this.left.get(partition) ?? null)
    this.left.delete(partition)
    this.folds.set(partition, fold)
    fold.start()
    return fold
  }

  /** An owner lets go of a partition in good order: nobody knows it better. */
  leave(partition: number, state: Partition): void {
    if (!this.wanted || (this.folds.get(partition)?.journalOffset ?? -1) >= state.journalOffset) return
    this.drop(partition)
    this.left.set(partition, state)
    if (this.wanted.has(partition)) this.at(partition)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.folds.values()].map((fold) => fold.stop()))
  }

  private dropUnwanted(partition: number): void {
    if (!this.wanted?.has(partition) && !this.held.has(partition)) this.drop(partition)
  }

  private drop(partition: number): void {
    void this.folds.get(partition)?.stop()
    this.folds.delete(partition)
  }
}
