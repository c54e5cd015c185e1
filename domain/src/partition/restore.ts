import { IdempotencyTable } from '../idempotency/idempotency.js'
import { SnapshotError } from '../show/snapshot-show.js'
import { Partition, type PartitionOptions } from './partition.js'
import { outcomes, type SnapshotPart } from './snapshot.js'
import type { Streams, StreamsRestore } from './streams.js'

/**
 * Builds a partition again from the parts that `snapshot` gave, in their order, one by one; nothing is to be had of it before all
 * are there. Every plan that a part names (`missingPlan`) must be at hand. Throws SnapshotError on parts that contradict each
 * other; that the bytes are those that were written is for a hash over them to say.
 */
export class PartitionRestore<Held extends Streams = Streams> {
  private readonly streams: StreamsRestore<Held>
  private readonly keys: IdempotencyTable
  private head: Extract<SnapshotPart, { part: 'partition' }> | null = null

  constructor(private readonly options: PartitionOptions<Held>) {
    this.streams = options.streams.restore()
    this.keys = new IdempotencyTable(options.idempotency)
  }

  /** The hash of a plan that the part needs and that is not at hand; null where nothing is missing. */
  missingPlan(part: SnapshotPart): string | null {
    return this.streams.missingPlan(part)
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
    else this.streams.take(part)
  }

  finish(): Partition<Held> {
    const { head, keys } = this
    if (!head) throw new SnapshotError('it is empty')
    const streams = this.streams.finish()
    for (const outcome of outcomes) {
      const { size, evictions } = head.keys[outcome]
      const loaded = keys.sizeOf(outcome) + keys.evictionsOf(outcome) - evictions
      if (loaded !== size) throw new SnapshotError(`${loaded} keys of ${outcome} commands, not ${size}`)
    }
    return new Partition(this.options, { ...head, streams, keys })
  }
}
