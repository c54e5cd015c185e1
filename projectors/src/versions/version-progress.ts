import type { Connection, Pool, RowDataPacket } from 'mysql2/promise'
import type { Version } from './version.js'

export interface LogRange {
  start: number
  end: number
}

export interface PartitionProgress {
  partition: number
  nextOffset: number
  /** Of the log (exclusive). */
  endOffset: number
  /** UTC ms: when it moved last. */
  updatedAt: number | null
}

export interface VersionProgress {
  partitions: PartitionProgress[]
  /** Offsets of the log passed, and all there are. */
  passed: number
  total: number
  /** Offsets that are left. */
  lag: number
}

/** How far a version has come, against the log's ends as they are now. */
export async function versionProgress(
  connection: Connection | Pool,
  { projection, version }: Pick<Version, 'projection' | 'version'>,
  topic: string,
  ends: ReadonlyMap<number, LogRange>,
): Promise<VersionProgress> {
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT partition_no, next_offset, updated_at FROM projection_checkpoint WHERE projection = ? AND version = ? AND topic = ?',
    [projection, version, topic],
  )
  const partitions = [...ends].map(([partition, { start, end }]) => {
    const row = rows.find(({ partition_no }) => partition_no === partition)
    return {
      partition,
      nextOffset: Math.max(start, row?.next_offset ?? 0),
      endOffset: end,
      updatedAt: row?.updated_at ?? null,
    }
  })
  const total = [...ends.values()].reduce((sum, { start, end }) => sum + end - start, 0)
  const lag = partitions.reduce((sum, { nextOffset, endOffset }) => sum + Math.max(0, endOffset - nextOffset), 0)
  return { partitions, passed: total - lag, total, lag }
}
