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
  /** Grows where a redrive changes what is parked, so that whoever knows it otherwise loses the compare-and-set. */
  epoch: number
}

export const checkpointId = (
  { name, version }: Pick<Projection, 'name' | 'version'>,
  topic: string,
  partition: number,
): CheckpointId => ({ projection: name, version, topic, partition })

/** The columns of a CheckpointId, in every table that has them. */
export const ofCheckpoint = 'projection = ? AND version = ? AND topic = ? AND partition_no = ?'
export const checkpointValues = ({ projection, version, topic, partition }: CheckpointId) => [
  projection,
  version,
  topic,
  partition,
]

/** Reads the checkpoint; where there is none, makes one at the log's beginning. */
export async function loadCheckpoint(pool: Pool, id: CheckpointId, now: number): Promise<Checkpoint> {
  for (;;) {
    const [[row]] = await pool.query<RowDataPacket[]>(
      `SELECT next_offset, claim_id, command_offset, epoch FROM projection_checkpoint WHERE ${ofCheckpoint}`,
      checkpointValues(id),
    )
    if (row) {
      const { next_offset: nextOffset, claim_id: claimId, command_offset: commandOffset, epoch } = row
      return { nextOffset, claimId, commandOffset, epoch }
    }
    await pool.query(
      `INSERT INTO projection_checkpoint (projection, version, topic, partition_no, next_offset, updated_at)
       VALUES (?, ?, ?, ?, 0, ?) ON DUPLICATE KEY UPDATE next_offset = next_offset`,
      [...checkpointValues(id), now],
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
     WHERE ${ofCheckpoint} AND next_offset = ? AND claim_id <=> ? AND epoch = ?`,
    [
      to.nextOffset,
      to.claimId,
      to.commandOffset,
      now,
      ...checkpointValues(id),
      from.nextOffset,
      from.claimId,
      from.epoch,
    ],
  )
  return result.affectedRows === 1
}

/** Takes the checkpoint's lock until commit, and makes everybody who knows the checkpoint read it anew. */
export async function renewCheckpoint(connection: Connection, id: CheckpointId, now: number): Promise<void> {
  await connection.query(`UPDATE projection_checkpoint SET epoch = epoch + 1, updated_at = ? WHERE ${ofCheckpoint}`, [
    now,
    ...checkpointValues(id),
  ])
}
