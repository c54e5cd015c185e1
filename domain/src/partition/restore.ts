import { IdempotencyTable } from '../idempotency/idempotency.js'
import { ShowRestore, SnapshotError } from '../show/snapshot-show.js'
import { Partition, type PartitionOptions } from './partition.js'
import { Shows } from './shows.js'
import { outcomes, type SnapshotPart } from './snapshot.js'

/**
 * Builds a partition again from the parts that `snapshot` gave, in their order, one by one; nothing is to be had of it before all
 * are there. Every plan that a part names (`missingPlan`) must be at hand. Throws SnapshotError on parts that contradict each
 * other; that the bytes are those that were written is for a hash over them to say.
 */
export class PartitionRestore {
  private readonly shows = new Shows()
  private readonly keys: IdempotencyTable
  private head: Extract<SnapshotPart, { part: 'partition' }> | null = null
  private show: { restore: ShowRestore; version: number } | null = null

  constructor(private readonly options: PartitionOptions) {
    this.keys = new IdempotencyTable(options.idempotency)
  }

  /** The hash of a plan that the part needs and that is not at hand; null where nothing is missing. */
  missingPlan(part: SnapshotPart): string | null {
    if (part.part !== 'show') return null
    const { planHash } = part.terms
    return this.options.plans(planHash) ? null : planHash
  }

  take(part: SnapshotPart): void {
    if (part.part === 'partition') {
      if (this.head) throw new SnapshotError('two snapshots in one')
      if (part.partition !== this.options.partition) throw new SnapshotError(`it is of partition ${part.partition}`)
      this.head = part
      for (const outcome of outcomes) this.keys.evictedBefore(outcome, part.keys[outcome].evictions)
      return
    }
    if (!this.head) throw new SnapshotError('its beginning is missing')
    if (part.part === 'keys') this.keys.load(part.outcome, part.words)
    else if (part.part === 'show') {
      this.finishShow()
      if (this.shows.get(part.terms.showId)) throw new SnapshotError(`show ${part.terms.showId} twice`)
      const plan = this.options.plans(part.terms.planHash)
      if (!plan) throw new SnapshotError(`the plan ${part.terms.planHash} is not at hand`)
      this.show = { restore: new ShowRestore(part, plan), version: part.version }
    } else if (this.show) this.show.restore.take(part)
    else throw new SnapshotError(`${part.part} of no show`)
  }

  finish(): Partition {
    this.finishShow()
    const { head, shows, keys } = this
    if (!head) throw new SnapshotError('it is empty')
    if (shows.size !== head.shows) throw new SnapshotError(`${shows.size} shows, not ${head.shows}`)
    for (const outcome of outcomes) {
      const { size, evictions } = head.keys[outcome]
      const loaded = keys.sizeOf(outcome) + keys.evictionsOf(outcome) - evictions
      if (loaded !== size) throw new SnapshotError(`${loaded} keys of ${outcome} commands, not ${size}`)
    }
    for (const showId of head.windingDown) {
      if (!shows.get(showId)) throw new SnapshotError(`there is no show ${showId}`)
      shows.putInWindDown(showId)
    }
    return new Partition(this.options, { ...head, shows, keys })
  }

  private finishShow(): void {
    if (!this.show) return
    const { restore, version } = this.show
    this.shows.put({ state: restore.finish(), version })
    this.show = null
  }
}
