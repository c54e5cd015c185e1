import type { Position } from '../http/position.js'
import type { ReadModel } from './read-model.js'

export interface CheckpointOf {
  projection: string
  version: number
  topic: string
  partition: number
  /** Offset of the next record to apply. */
  nextOffset: number
}

/** Which version of each projection readers are shown. */
export interface ServedVersions {
  versionOf(projection: string): number
}

/** Served until an operator switches to another. */
const firstVersion = 1

/** How far the versions that readers are shown had come, and which those are, as of one moment. */
export class Checkpoints implements ServedVersions {
  constructor(
    private readonly all: readonly CheckpointOf[],
    private readonly served: ReadonlyMap<string, number> = new Map(),
  ) {}

  versionOf(projection: string): number {
    return this.served.get(projection) ?? firstVersion
  }

  /** Whether the read model shows everything up to the position. */
  shows({ projection }: ReadModel, position: Position): boolean {
    return this.nextOffset(projection, position.topic, position.partition) > position.offset
  }

  /** The last position that all of the read models show; null where one of them has not begun. */
  common(models: readonly ReadModel[], topic: string, partition: number): Position | null {
    const offsets = models.map(({ projection }) => this.nextOffset(projection, topic, partition))
    const offset = Math.min(...offsets) - 1
    return offset < 0 ? null : { topic, partition, offset }
  }

  private nextOffset(projection: string, topic: string, partition: number): number {
    const version = this.versionOf(projection)
    const found = this.all.find(
      (it) =>
        it.partition === partition && it.projection === projection && it.version === version && it.topic === topic,
    )
    return found?.nextOffset ?? 0
  }
}
