import type { Pool, RowDataPacket } from 'mysql2/promise'

/** A checkpoint of the journal, and when it moved last. */
export interface CheckpointPlace {
  projection: string
  version: number
  partition: number
  nextOffset: number
  /** UTC ms. */
  updatedAt: number
  /** The journal, with the environment's prefix. */
  topic: string
}

/** How far every projection of the topics is in the version that is served, as this server has it. */
export async function checkpointPlaces(pool: Pool, topics: readonly string[]): Promise<CheckpointPlace[]> {
  const [rows] = await pool.query<RowDataPacket[]>(
    `SELECT projection, version, partition_no AS \`partition\`, next_offset AS nextOffset, updated_at AS updatedAt, topic
     FROM projection_checkpoint JOIN projection_serving USING (projection, version) WHERE topic IN (?)`,
    [topics],
  )
  return rows as (RowDataPacket & CheckpointPlace)[]
}
