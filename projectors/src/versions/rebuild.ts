import { inTransaction } from '@onsale/platform/sql'
import type { Pool } from 'mysql2/promise'
import type { AnyProjection } from '../runtime/index.js'
import type { VersionPorts } from './ports.js'
import { newestRevision, revisionOf } from './revisions.js'
import { type Version, VersionRefusedError } from './version.js'
import { listVersions, lockVersions, servingOf, underConstruction, unknownProjection } from './version-rows.js'
import { createTables } from './version-tables.js'

export interface RebuildRequest {
  projection: string
  /** Null: the newest that the code has. */
  revision: number | null
  /** Events a second at most. */
  throttle: number | null
  /** 64 characters at most. */
  by: string
}

export interface RebuildPlan {
  projection: string
  version: number
  revision: number
  servingVersion: number
  servingRevision: number
  tables: string[]
}

/** What a rebuild would do. @throws VersionRefusedError where it would be refused */
export async function planRebuild(
  pool: Pool,
  definitions: readonly AnyProjection[],
  request: Pick<RebuildRequest, 'projection' | 'revision'>,
): Promise<{ plan: RebuildPlan; definition: AnyProjection }> {
  const versions = await listVersions(pool, request.projection)
  if (versions.length === 0) throw await unknownProjection(pool, request.projection)
  return planFrom(versions, definitions, request)
}

/**
 * Begins a new version beside the one that is served; the projectors feed it from the log. Dies it half way, the version is
 * there, paused, and a resume goes on with it.
 * @throws VersionRefusedError
 */
export async function startRebuild(
  pool: Pool,
  ports: VersionPorts,
  definitions: readonly AnyProjection[],
  request: RebuildRequest,
): Promise<RebuildPlan> {
  const { projection, throttle, by } = request
  const { plan, definition } = await inTransaction(pool, ports, async (connection) => {
    const planned = planFrom(await lockVersions(connection, projection), definitions, request)
    await connection.query(
      `INSERT INTO projection_version (projection, version, revision, state, paused, throttle, created_at, created_by)
       VALUES (?, ?, ?, 'building', 1, ?, ?, ?)`,
      [projection, planned.plan.version, planned.plan.revision, throttle, ports.clock.now(), by],
    )
    return planned
  })
  await createTables(pool, definition, plan.version)
  await setPaused(pool, plan, false)
  return plan
}

/** Stops feeding the version that is being built; what is done stays. @throws VersionRefusedError */
export async function pauseRebuild(pool: Pool, projection: string): Promise<Version> {
  const version = await building(pool, projection)
  await setPaused(pool, version, true)
  return version
}

/** @param throttle events a second at most, null: as fast as may be, undefined: as before @throws VersionRefusedError */
export async function resumeRebuild(
  pool: Pool,
  definitions: readonly AnyProjection[],
  projection: string,
  throttle?: number | null,
): Promise<Version> {
  const version = await building(pool, projection)
  await createTables(pool, revisionOf(definitions, projection, version.revision), version.version)
  if (throttle !== undefined)
    await pool.query('UPDATE projection_version SET throttle = ? WHERE projection = ? AND version = ?', [
      throttle,
      projection,
      version.version,
    ])
  await setPaused(pool, version, false)
  return version
}

async function building(pool: Pool, projection: string): Promise<Version> {
  const versions = await listVersions(pool, projection)
  if (versions.length === 0) throw await unknownProjection(pool, projection)
  return underConstruction(versions)
}

const setPaused = (pool: Pool, { projection, version }: Pick<Version, 'projection' | 'version'>, paused: boolean) =>
  pool.query("UPDATE projection_version SET paused = ? WHERE projection = ? AND version = ? AND state = 'building'", [
    paused ? 1 : 0,
    projection,
    version,
  ])

function planFrom(
  versions: readonly Version[],
  definitions: readonly AnyProjection[],
  { projection, revision }: Pick<RebuildRequest, 'projection' | 'revision'>,
): { plan: RebuildPlan; definition: AnyProjection } {
  const unfinished = versions.find(({ state }) => state === 'building' || state === 'dropping')
  if (unfinished?.state === 'building')
    throw new VersionRefusedError(
      `${projection} is being rebuilt already, as version ${unfinished.version}: switch to it or cancel it first`,
    )
  if (unfinished)
    throw new VersionRefusedError(`version ${unfinished.version} of ${projection} is half dropped: drop it again first`)
  const definition =
    revision === null ? newestRevision(definitions, projection) : revisionOf(definitions, projection, revision)
  const serving = servingOf(versions)
  const version = Math.max(...versions.map((it) => it.version)) + 1
  return {
    definition,
    plan: {
      projection,
      version,
      revision: definition.revision,
      servingVersion: serving.version,
      servingRevision: serving.revision,
      tables: definition.tables.map(({ name }) => `${name}_v${version}`),
    },
  }
}
