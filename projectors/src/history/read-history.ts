import type { Connection, Pool, RowDataPacket } from 'mysql2/promise'
import { sampleMs, samplesKept } from './checkpoint-history.js'

export interface CheckpointSample {
  /** UTC ms. */
  at: number
  nextOffset: number
  /** Of the log (exclusive). */
  endOffset: number
}

export interface CheckpointHistoryOf {
  projection: string
  version: number
  partition: number
  /** Oldest first, those of the last hour. */
  samples: CheckpointSample[]
}

/** How the checkpoints of a projection, or of all, went in the last hour. */
export async function readHistory(
  pool: Connection | Pool,
  now: number,
  projection?: string,
): Promise<CheckpointHistoryOf[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT * FROM projection_history WHERE at > ? ${projection === undefined ? '' : 'AND projection = ?'}
     ORDER BY projection, version, partition_no, at`,
    [now - sampleMs * samplesKept, ...(projection === undefined ? [] : [projection])],
  )
  const found = new Map<string, CheckpointHistoryOf>()
  for (const { projection: name, version, partition_no: partition, at, next_offset, end_offset } of rows) {
    const key = `${name}/${version}/${partition}`
    const history: CheckpointHistoryOf = found.get(key) ?? { projection: name, version, partition, samples: [] }
    found.set(key, history)
    history.samples.push({ at, nextOffset: next_offset, endOffset: end_offset })
  }
  return [...found.values()]
}
