import type { Pool, ResultSetHeader, RowDataPacket } from 'mysql2/promise'

/** Which parked streams: of one projection or of all, one stream or all. */
export interface ParkedFilter {
  projection?: string | undefined
  stream?: string | undefined
}

/** A stream that a projection does not go on with. */
export interface ParkedStream {
  projection: string
  version: number
  topic: string
  partition: number
  stream: string
  /** Why its first event could not be applied: unknown-type, undecodable, handler-failed, plan-unknown, row-missing, rows-refused, stream-gap, not-in-a-stream. */
  reason: string
  detail: string
  /** Events that a gap leaves out. */
  missing: number
  /** UTC ms. */
  parkedAt: number
  /** Of the first event that is parked: what readers see of the stream ends before it. */
  firstOffset: number
  /** How many events are parked. */
  events: number
  /** Redrives that ended with the stream parked again. */
  attempts: number
  /** A redrive that has been asked for and is still to be done; null where none is. UTC ms. */
  redriveRequestedAt: number | null
  redriveRequestedBy: string | null
}

/** Every parked stream, by projection, partition and stream. */
export async function listParked(pool: Pool, filter: ParkedFilter = {}): Promise<ParkedStream[]> {
  const { condition, values } = matching(filter)
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT s.*, (
       SELECT COUNT(*) FROM parked_event AS e
       WHERE e.projection = s.projection AND e.version = s.version AND e.topic = s.topic
         AND e.partition_no = s.partition_no AND e.stream = s.stream
     ) AS events
     FROM parked_stream AS s ${condition} ORDER BY projection, version, topic, partition_no, stream`,
    values,
  )
  return rows.map((row) => ({
    projection: row.projection,
    version: row.version,
    topic: row.topic,
    partition: row.partition_no,
    stream: row.stream,
    reason: row.reason,
    detail: row.detail,
    missing: row.missing,
    parkedAt: row.parked_at,
    firstOffset: row.first_offset,
    events: row.events,
    attempts: row.attempts,
    redriveRequestedAt: row.redrive_at,
    redriveRequestedBy: row.redrive_by,
  }))
}

/**
 * Asks the projectors to apply what is parked, in order. They do so between two batches of the partition: then the stream
 * is no longer listed, or `attempts` has grown, `redriveRequestedAt` is null again and the reason is that of the event it came to.
 * @param by who asks, 64 characters at most
 * @returns how many parked streams were asked for; 0 where none matches
 */
export async function requestRedrive(pool: Pool, filter: ParkedFilter, by: string, now: number): Promise<number> {
  const { condition, values } = matching(filter)
  const [result] = await pool.query<ResultSetHeader>(
    `UPDATE parked_stream SET redrive_at = ?, redrive_by = ? ${condition}`,
    [now, by, ...values],
  )
  return result.affectedRows
}

export function matching({ projection, stream }: ParkedFilter): { condition: string; values: string[] } {
  const asked = Object.entries({ projection, stream }).filter((it): it is [string, string] => it[1] !== undefined)
  if (asked.length === 0) return { condition: '', values: [] }
  return {
    condition: `WHERE ${asked.map(([column]) => `${column} = ?`).join(' AND ')}`,
    values: asked.map(([, value]) => value),
  }
}
