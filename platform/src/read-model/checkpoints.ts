import type { Position } from '../http/position.js'
import type { ReadModel } from './read-model.js'

export interface CheckpointOf extends Omit<ReadModel, 'source'> {
  topic: string
  partition: number
  /** Offset of the next record to apply. */
  nextOffset: number
}

/** How far the projections had come, as of one moment. */
export class Checkpoints {
  constructor(private readonly all: readonly CheckpointOf[]) {}

  /** Whether the read model shows everything up to the position. */
  shows({ projection, version }: ReadModel, position: Position): boolean {
    return this.nextOffset(projection, version, position.topic, position.partition) > position.offset
  }

  /** The last position that all of the read models show; null where one of them has not begun. */
  common(models: readonly ReadModel[], topic: string, partition: number): Position | null {
    const offsets = models.map(({ projection, version }) => this.nextOffset(projection, version, topic, partition))
    const offset = Math.min(...offsets) - 1
    return offset < 0 ? null : { topic, partition, offset }
  }

  private nextOffset(projection: string, version: number, topic: string, partition: number): number {
    const found = this.all.find(
      (it) =>
        it.partition === partition && it.projection === projection && it.version === version && it.topic === topic,
    )
    return found?.nextOffset ?? 0
  }
}
