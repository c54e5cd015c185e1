import type { Connection, Pool, RowDataPacket } from 'mysql2/promise'
import { type Version, VersionRefusedError } from './version.js'

/** UTC ms by the database's clock: the one that all processes share. */
export const databaseNow = 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)'

/** Every version there ever was, by projection and number. */
export async function listVersions(connection: Connection | Pool, projection?: string): Promise<Version[]> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT v.*, ${databaseNow} - v.seen_at AS silent_ms, s.version AS serving, s.previous, s.switched_at
     FROM projection_version AS v LEFT JOIN projection_serving AS s ON s.projection = v.projection
     ${projection === undefined ? '' : 'WHERE v.projection = ?'} ORDER BY v.projection, v.version`,
    projection === undefined ? [] : [projection],
  )
  return rows.map((row) => ({
    projection: row.projection,
    version: row.version,
    revision: row.revision,
    state: row.state,
    serving: row.serving === row.version,
    rollbackTarget: row.previous === row.version,
    paused: row.paused === 1,
    throttle: row.throttle,
    createdAt: row.created_at,
    createdBy: row.created_by,
    endedAt: row.ended_at,
    servingSince: row.serving === row.version ? row.switched_at : null,
    worker: row.worker,
    term: row.term,
    silentMs: row.silent_ms === null ? null : Number(row.silent_ms),
    slowedMs: row.slowed_ms,
  }))
}

/** Whether there is anybody or anything that the version is fed for. */
export async function isFed(
  pool: Pool,
  { projection, version }: Pick<Version, 'projection' | 'version'>,
): Promise<boolean> {
  const [rows] = await pool.query<RowDataPacket[]>(
    "SELECT 1 FROM projection_version WHERE projection = ? AND version = ? AND state IN ('building', 'live')",
    [projection, version],
  )
  return rows.length > 0
}

/**
 * The versions of a projection, and its lock until the connection's transaction ends: whoever changes what there is or what
 * is served takes it first.
 * @throws VersionRefusedError where there is no such projection
 */
export async function lockVersions(connection: Connection, projection: string): Promise<Version[]> {
  const [[serving]] = await connection.query<RowDataPacket[]>(
    'SELECT version FROM projection_serving WHERE projection = ? FOR UPDATE',
    [projection],
  )
  if (!serving) throw await unknownProjection(connection, projection)
  await connection.query('SELECT 1 FROM projection_version WHERE projection = ? FOR UPDATE', [projection])
  return listVersions(connection, projection)
}

export async function unknownProjection(connection: Connection | Pool, projection: string): Promise<Error> {
  const known = new Set((await listVersions(connection)).map((it) => it.projection))
  return new VersionRefusedError(`there is no projection ${projection}; there are ${[...known].join(', ')}`)
}

export function numbered(versions: readonly Version[], version: number): Version {
  const found = versions.find((it) => it.version === version && it.state !== 'dropped')
  if (found) return found
  const left = versions.filter(({ state }) => state !== 'dropped').map((it) => it.version)
  throw new VersionRefusedError(
    `${versions[0]?.projection} has no version ${version}; there ${left.length === 1 ? 'is' : 'are'} ${left.join(', ')}`,
  )
}

/** The one that is being built. */
export function underConstruction(versions: readonly Version[]): Version {
  const found = versions.find(({ state }) => state === 'building')
  if (!found) throw new VersionRefusedError(`no version of ${versions[0]?.projection} is being built`)
  return found
}

export const servingOf = (versions: readonly Version[]): Version => versions.find(({ serving }) => serving) as Version
