import type { Random, Timers } from '@onsale/platform/ports'
import { inTransaction } from '@onsale/platform/sql'
import type { Pool, PoolConnection, RowDataPacket } from 'mysql2/promise'
import { listParked, matching, type ParkedFilter, type ParkedStream } from './parked-streams.js'

/** An operator's decision that a read model does without an event. */
export interface DroppedEvent {
  projection: string
  version: number
  topic: string
  partition: number
  offset: number
  stream: string
  streamVersion: number | null
  /** Record name; null where the record has none. */
  name: string | null
  /** Why it had been parked. */
  reason: string
  detail: string
  /** UTC ms. */
  droppedAt: number
  droppedBy: string
  why: string
}

export interface DropRequest {
  projection?: string | undefined
  stream: string
  /** Of the event to drop. It must be the first one parked: where it is not, in a projection, nothing is dropped there. */
  offset: number
  /** 64 characters at most. */
  by: string
  /** 1,000 characters at most. */
  why: string
}

/**
 * Drops the first parked event of a stream, in each projection where that is the one at `offset`, and asks for a redrive of
 * those behind it. The decision stays in `dropped_event`, and the stream stays marked as incomplete in the read model.
 * @returns what was dropped; empty where no stream is parked at that event
 */
export async function dropParked(
  pool: Pool,
  ports: { timers: Timers; random: Random },
  request: DropRequest,
  now: number,
): Promise<DroppedEvent[]> {
  const dropped: DroppedEvent[] = []
  for (const parked of await listParked(pool, request)) {
    const event = await inTransaction(pool, ports, (connection) => drop(connection, parked, request, now))
    if (event) dropped.push(event)
  }
  return dropped
}

/** Every decision to drop, oldest first. */
export async function listDropped(pool: Pool, filter: ParkedFilter = {}): Promise<DroppedEvent[]> {
  const { condition, values } = matching(filter)
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT * FROM dropped_event ${condition} ORDER BY dropped_at, projection, version, partition_no, offset_no`,
    values,
  )
  return rows.map((row) => ({
    projection: row.projection,
    version: row.version,
    topic: row.topic,
    partition: row.partition_no,
    offset: row.offset_no,
    stream: row.stream,
    streamVersion: row.stream_version,
    name: row.name,
    reason: row.reason,
    detail: row.detail,
    droppedAt: row.dropped_at,
    droppedBy: row.dropped_by,
    why: row.why,
  }))
}

/** Under the checkpoint's lock, like all that changes what is parked. */
async function drop(
  connection: PoolConnection,
  { projection, version, topic, partition, stream }: ParkedStream,
  { offset, by, why }: DropRequest,
  now: number,
): Promise<DroppedEvent | null> {
  const where = 'projection = ? AND version = ? AND topic = ? AND partition_no = ?'
  const id = [projection, version, topic, partition]
  const one = async (sql: string, values: unknown[]) => (await connection.query<RowDataPacket[]>(sql, values))[0][0]
  await one(`SELECT 1 FROM projection_checkpoint WHERE ${where} FOR UPDATE`, id)
  const parked = await one(`SELECT reason, detail FROM parked_stream WHERE ${where} AND stream = ?`, [...id, stream])
  const event = await one(
    `SELECT offset_no, claim_id, stream_version, name FROM parked_event WHERE ${where} AND stream = ? ORDER BY offset_no LIMIT 1`,
    [...id, stream],
  )
  if (!parked || !event || event.offset_no !== offset) return null
  await connection.query('INSERT INTO dropped_event VALUES (?)', [
    [
      ...[...id, offset, event.claim_id, stream, event.stream_version, event.name],
      ...[parked.reason, parked.detail, now, by, why],
    ],
  ])
  await connection.query(`DELETE FROM parked_event WHERE ${where} AND offset_no = ?`, [...id, offset])
  // One that has no version takes none: what follows it follows the one before.
  await connection.query(
    `INSERT INTO projection_stream (projection, version, stream, stream_version, incomplete, may_follow) VALUES (?, ?, ?, 0, 1, ?)
     ON DUPLICATE KEY UPDATE incomplete = 1, may_follow = GREATEST(COALESCE(may_follow, 0), COALESCE(VALUES(may_follow), 0))`,
    [projection, version, stream, event.stream_version],
  )
  await connection.query(
    `UPDATE parked_stream SET first_offset = ?, redrive_at = ?, redrive_by = ? WHERE ${where} AND stream = ?`,
    [offset + 1, now, by, ...id, stream],
  )
  const { claim_id: _, stream_version: streamVersion, name } = event
  return {
    ...{ projection, version, topic, partition, offset, stream, streamVersion, name },
    ...{ reason: parked.reason, detail: parked.detail, droppedAt: now, droppedBy: by, why },
  }
}
