import type { Connection, Pool, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Projection } from './projection.js'

/** Which checkpoint: one row of projection_checkpoint. */
export interface CheckpointId {
  projection: string
  version: number
  topic: string
  partition: number
}

/** How far a projection has come in a partition. */
export interface Checkpoint {
  /** Offset of the next record to apply. */
  nextOffset: number
  /** The claim in force there. */
  claimId: string | null
  /** Offset of the command answered last; null before the first. */
  commandOffset: number | null
}

export const checkpointId = (
  { name, version }: Pick<Projection, 'name' | 'version'>,
  topic: string,
  partition: number,
): CheckpointId => ({ projection: name, version, topic, partition })

const where = 'projection = ? AND version = ? AND topic = ? AND partition_no = ?'
const values = ({ projection, version, topic, partition }: CheckpointId) => [projection, version, topic, partition]

/** Reads the checkpoint; where there is none, makes one at the log's beginning. */
export async function loadCheckpoint(pool: Pool, id: CheckpointId, now: number): Promise<Checkpoint> {
  for (;;) {
    const [[row]] = await pool.query<RowDataPacket[]>(
      `SELECT next_offset, claim_id, command_offset FROM projection_checkpoint WHERE ${where}`,
      values(id),
    )
    if (row) return { nextOffset: row.next_offset, claimId: row.claim_id, commandOffset: row.command_offset }
    await pool.query(
      `INSERT INTO projection_checkpoint (projection, version, topic, partition_no, next_offset, updated_at)
       VALUES (?, ?, ?, ?, 0, ?) ON DUPLICATE KEY UPDATE next_offset = next_offset`,
      [...values(id), now],
    )
  }
}

/** Compare-and-set inside the connection's transaction; false where somebody else has moved it. Holds the row's lock until commit. */
export async function moveCheckpoint(
  connection: Connection,
  id: CheckpointId,
  from: Checkpoint,
  to: Checkpoint,
  now: number,
): Promise<boolean> {
  const [result] = await connection.query<ResultSetHeader>(
    `UPDATE projection_checkpoint SET next_offset = ?, claim_id = ?, command_offset = ?, updated_at = ?
     WHERE ${where} AND next_offset = ? AND claim_id <=> ?`,
    [to.nextOffset, to.claimId, to.commandOffset, now, ...values(id), from.nextOffset, from.claimId],
  )
  return result.affectedRows === 1
}

/** Last versions of the streams, of those that the projection has seen. */
export async function loadStreamVersions(
  pool: Pool,
  id: CheckpointId,
  streams: string[],
): Promise<Map<string, number>> {
  if (streams.length === 0) return new Map()
  const [rows] = await pool.query<RowDataPacket[]>(
    'SELECT stream, stream_version FROM projection_stream WHERE projection = ? AND version = ? AND stream IN (?)',
    [id.projection, id.version, streams],
  )
  return new Map(rows.map(({ stream, stream_version }) => [stream, stream_version]))
}

export async function saveStreamVersions(
  connection: Connection,
  id: CheckpointId,
  versions: ReadonlyMap<string, number>,
): Promise<void> {
  if (versions.size === 0) return
  const rows = [...versions].sort(([a], [b]) => (a < b ? -1 : 1))
  await connection.query(
    `INSERT INTO projection_stream (projection, version, stream, stream_version) VALUES ?
     ON DUPLICATE KEY UPDATE stream_version = VALUES(stream_version)`,
    [rows.map(([stream, version]) => [id.projection, id.version, stream, version])],
  )
}
