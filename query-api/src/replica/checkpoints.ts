import type { Position } from '@onsale/platform/http'
import type { Connection, Pool, RowDataPacket } from 'mysql2/promise'
import type { ReadModel } from './read-model.js'

interface CheckpointRow extends RowDataPacket {
  projection: string
  version: number
  topic: string
  partition_no: number
  next_offset: number
}

/** How far the projections had come, as of one moment. */
export class Checkpoints {
  private constructor(private readonly rows: CheckpointRow[]) {}

  static async read(connection: Connection | Pool): Promise<Checkpoints> {
    const [rows] = await connection.query<CheckpointRow[]>(
      'SELECT projection, version, topic, partition_no, next_offset FROM projection_checkpoint',
    )
    return new Checkpoints(rows)
  }

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
    const row = this.rows.find(
      (it) =>
        it.partition_no === partition && it.projection === projection && it.version === version && it.topic === topic,
    )
    return row?.next_offset ?? 0
  }
}
