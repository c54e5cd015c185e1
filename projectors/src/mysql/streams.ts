import type { Connection, Pool, RowDataPacket } from 'mysql2/promise'
import type { CheckpointId } from '../runtime/checkpoint.js'
import type { StreamVersions } from '../runtime/store.js'

export async function loadStreamVersions(
  connection: Connection | Pool,
  id: CheckpointId,
  streams: readonly string[],
): Promise<StreamVersions> {
  const known: StreamVersions = { versions: new Map(), mayFollow: new Map() }
  if (streams.length === 0) return known
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT stream, stream_version, may_follow FROM projection_stream WHERE projection = ? AND version = ? AND stream IN (?)',
    [id.projection, id.version, streams],
  )
  for (const { stream, stream_version, may_follow } of rows) {
    known.versions.set(stream, stream_version)
    if (may_follow !== null) known.mayFollow.set(stream, may_follow)
  }
  return known
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
     ON DUPLICATE KEY UPDATE stream_version = VALUES(stream_version), may_follow = NULL`,
    [rows.map(([stream, version]) => [id.projection, id.version, stream, version])],
  )
}
