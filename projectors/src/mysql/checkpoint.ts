import type { Connection, Pool, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Checkpoint, CheckpointId } from '../runtime/checkpoint.js'
import { VersionGoneError } from '../runtime/store.js'

/** The columns of a CheckpointId, in every table that has them. */
export const ofCheckpoint = 'projection = ? AND version = ? AND topic = ? AND partition_no = ?'
export const checkpointValues = ({ projection, version, topic, partition }: CheckpointId) => [
  projection,
  version,
  topic,
  partition,
]

/** Reads the checkpoint; where there is none, makes one at the log's beginning, if there is such a version. */
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
    // Under the version's lock: whoever drops it takes that lock first, then its checkpoints away.
    const [made] = await pool.query<ResultSetHeader>(
      `INSERT INTO projection_checkpoint (projection, version, topic, partition_no, next_offset, updated_at)
       SELECT projection, version, ?, ?, 0, ? FROM projection_version
       WHERE projection = ? AND version = ? AND state IN ('building', 'live') LOCK IN SHARE MODE
       ON DUPLICATE KEY UPDATE next_offset = projection_checkpoint.next_offset`,
      [id.topic, id.partition, now, id.projection, id.version],
    )
    if (made.affectedRows === 0) throw new VersionGoneError(id)
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

/** Like the others, inside the connection's transaction. */
export async function raiseCheckpoint(
  connection: Connection,
  id: CheckpointId,
  nextOffset: number,
  now: number,
): Promise<void> {
  await connection.query(
    `INSERT INTO projection_checkpoint (projection, version, topic, partition_no, next_offset, updated_at)
     VALUES (?, ?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE next_offset = GREATEST(next_offset, VALUES(next_offset)), updated_at = VALUES(updated_at)`,
    [...checkpointValues(id), nextOffset, now],
  )
}
