import { inTransaction } from '@onsale/platform/sql'
import type { Pool } from 'mysql2/promise'
import type { AnyProjection } from '../runtime/index.js'
import { type KeptViews, viewsOf } from './kept-views.js'
import type { VersionPorts } from './ports.js'
import { revisionsOf } from './revisions.js'
import { VersionRefusedError } from './version.js'
import { lockVersions, numbered, underConstruction } from './version-rows.js'
import { dropTables } from './version-tables.js'

/** Reads that began before a switch end in that time; a table is not taken from under them. */
const readersMs = 2_000
const fedTables = [
  'projection_checkpoint',
  'projection_stream',
  'parked_stream',
  'parked_event',
  'projection_history',
] as const

/**
 * Throws a version away that readers are not shown. First its checkpoints go: whoever feeds it loses the next
 * compare-and-set and finds that it is gone, so nobody writes to its tables when they go. Dies it half way, the version is
 * `dropping`, and the same call ends it.
 * @param version null: the one that is being built
 * @throws VersionRefusedError
 */
export async function dropVersion(
  pool: Pool,
  ports: VersionPorts,
  definitions: readonly AnyProjection[],
  projection: string,
  version: number | null,
  kept: KeptViews | null = null,
): Promise<number> {
  const views = viewsOf(definitions, projection, kept)

  const dropped = await inTransaction(pool, ports, async (connection) => {
    const versions = await lockVersions(connection, projection)
    const found = version === null ? underConstruction(versions) : numbered(versions, version)
    if (found.serving)
      throw new VersionRefusedError(`version ${found.version} of ${projection} is what readers are shown`)
    await connection.query("UPDATE projection_version SET state = 'dropping' WHERE projection = ? AND version = ?", [
      projection,
      found.version,
    ])
    await connection.query('UPDATE projection_serving SET previous = NULL WHERE projection = ? AND previous = ?', [
      projection,
      found.version,
    ])
    for (const table of fedTables)
      await connection.query(`DELETE FROM ${table} WHERE projection = ? AND version = ?`, [projection, found.version])
    const switchedAt = versions.find(({ serving }) => serving)?.servingSince ?? 0
    return { version: found.version, readUntil: found.rollbackTarget ? switchedAt : 0 }
  })
  const left = dropped.readUntil + readersMs - ports.clock.now()
  if (left > 0) await ports.timers.sleep(Math.min(left, readersMs))
  await views?.views.drop(projection, dropped.version, views.partitions)
  await dropTables(pool, revisionsOf(definitions, projection), dropped.version)
  await pool.query(
    "UPDATE projection_version SET state = 'dropped', worker = NULL, ended_at = ? WHERE projection = ? AND version = ?",
    [ports.clock.now(), projection, dropped.version],
  )
  return dropped.version
}
