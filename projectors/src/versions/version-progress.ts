import type { Connection, Pool, RowDataPacket } from 'mysql2/promise'
import type { RedisViews, ViewCheckpoint } from '../redis/redis-views.js'
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
  return progressOf(
    rows.map((row) => ({ partition: row.partition_no, nextOffset: row.next_offset, updatedAt: row.updated_at })),
    ends,
  )
}

/** The same of a version in Redis. @throws RedisAwayError */
export async function viewProgress(
  views: RedisViews,
  { projection, version }: Pick<Version, 'projection' | 'version'>,
  ends: ReadonlyMap<number, LogRange>,
): Promise<VersionProgress> {
  return progressOf(await views.checkpoints(projection, version, [...ends.keys()]), ends)
}

function progressOf(checkpoints: readonly ViewCheckpoint[], ends: ReadonlyMap<number, LogRange>): VersionProgress {
  const partitions = [...ends].map(([partition, { start, end }]) => {
    const found = checkpoints.find((it) => it.partition === partition)
    return {
      partition,
      nextOffset: Math.max(start, found?.nextOffset ?? 0),
      endOffset: end,
      updatedAt: found?.updatedAt ?? null,
    }
  })
  const total = [...ends.values()].reduce((sum, { start, end }) => sum + end - start, 0)
  const lag = partitions.reduce((sum, { nextOffset, endOffset }) => sum + Math.max(0, endOffset - nextOffset), 0)
  return { partitions, passed: total - lag, total, lag }
}
