import { inTransaction } from '@onsale/platform/sql'
import type { Pool, PoolConnection, RowDataPacket } from 'mysql2/promise'
import type { KeptViews } from './kept-views.js'
import type { VersionPorts } from './ports.js'
import { holdViews, newlyParked, refuseParkedViews, showVersion } from './switch-views.js'
import { type Version, VersionRefusedError } from './version.js'
import { lockVersions, numbered, servingOf, underConstruction } from './version-rows.js'

export interface SwitchRequest {
  projection: string
  /** Null: the one that is being built. 'previous': where a rollback goes. */
  to: number | null | 'previous'
  /** 64 characters at most. */
  by: string
  /** How long the version may take to reach what readers are shown, ms. */
  patienceMs: number
  /** Also where streams are parked that are not in the version that is served. */
  despiteParked?: boolean
  /** Where the projection is kept in Redis. */
  kept?: KeptViews | null
}

export interface Switched {
  projection: string
  from: number
  to: number
}

/** How long what readers are shown is held still for the other to catch up, at a time. */
const holdMs = 1_000

/**
 * Shows readers another version, from one moment to the next and never an older state: refused while a checkpoint of it is
 * behind that of the one before. What readers see now is held still while the other comes to it, so a sale that never pauses
 * is no obstacle.
 * @throws VersionRefusedError
 */
export async function switchVersion(pool: Pool, ports: VersionPorts, request: SwitchRequest): Promise<Switched> {
  const until = ports.clock.now() + request.patienceMs
  for (;;) {
    const { kept } = request
    const outcome = await inTransaction(pool, ports, (connection) => attempt(connection, ports, request))
    if ('from' in outcome) {
      // What was decided is brought to Redis by the projectors as well, should we die here.
      if (kept) await showVersion(kept, outcome)
      return outcome
    }
    if (ports.clock.now() >= until) throw new VersionRefusedError(outcome.behind)
    await ports.timers.sleep(50)
  }
}

async function attempt(
  connection: PoolConnection,
  { clock, timers }: VersionPorts,
  { projection, to, by, despiteParked = false, kept }: SwitchRequest,
): Promise<Switched | { behind: string }> {
  const versions = await lockVersions(connection, projection)
  const from = servingOf(versions)
  const target = targetOf(versions, to)
  if (target.serving) throw new VersionRefusedError(`version ${target.version} of ${projection} is served already`)
  if (target.state === 'dropping')
    throw new VersionRefusedError(`version ${target.version} of ${projection} is being dropped`)
  if (kept) {
    if (!despiteParked) await refuseParkedViews(kept, from, target)
    const behind = await holdViews(kept, { clock, timers }, from, target)
    if (behind) return { behind: behindText(target, behind) }
    await serve(connection, clock.now(), by, from, target)
    return { projection, from: from.version, to: target.version }
  }
  if (!despiteParked) await refuseParked(connection, from, target)
  const [held] = await connection.query<RowDataPacket[]>(
    `SELECT topic, partition_no, next_offset FROM projection_checkpoint WHERE projection = ? AND version = ?
     ORDER BY topic, partition_no FOR UPDATE`,
    [projection, from.version],
  )
  for (const until = clock.now() + holdMs; ; await timers.sleep(5)) {
    const behind = await firstBehind(connection, target, held)
    if (!behind) break
    if (clock.now() >= until) return { behind: behindText(target, behind) }
  }
  await serve(connection, clock.now(), by, from, target)
  return { projection, from: from.version, to: target.version }
}

const behindText = (
  { projection, version }: Version,
  { topic, partition, offset, reached }: { topic: string; partition: number; offset: number; reached: number },
) =>
  `version ${version} of ${projection} is at ${reached} of ${topic}/${partition}, ` +
  `readers are shown ${offset}: switch when it has caught up`

async function serve(
  connection: PoolConnection,
  now: number,
  by: string,
  from: Version,
  { projection, version }: Version,
): Promise<void> {
  await connection.query(
    'UPDATE projection_serving SET version = ?, previous = ?, switched_at = ?, switched_by = ? WHERE projection = ?',
    [version, from.version, now, by, projection],
  )
  await connection.query(
    "UPDATE projection_version SET state = 'live', worker = NULL, slowed_ms = 0 WHERE projection = ? AND version = ?",
    [projection, version],
  )
}

function targetOf(versions: readonly Version[], to: SwitchRequest['to']): Version {
  if (to === null) return underConstruction(versions)
  if (to !== 'previous') return numbered(versions, to)
  const previous = versions.find(({ rollbackTarget, state }) => rollbackTarget && state === 'live')
  if (!previous)
    throw new VersionRefusedError(
      `there is nothing to go back to: version ${servingOf(versions).version} is all there is of ${versions[0]?.projection}`,
    )
  return previous
}

/** The first checkpoint of the target that has not come to the one held; a checkpoint that is not there has come to nothing. */
async function firstBehind(
  connection: PoolConnection,
  { projection, version }: Version,
  held: readonly RowDataPacket[],
): Promise<{ topic: string; partition: number; offset: number; reached: number } | null> {
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT topic, partition_no, next_offset FROM projection_checkpoint WHERE projection = ? AND version = ?',
    [projection, version],
  )
  for (const { topic, partition_no: partition, next_offset: offset } of held) {
    const reached = rows.find((row) => row.topic === topic && row.partition_no === partition)?.next_offset ?? 0
    if (reached < offset) return { topic, partition, offset, reached }
  }
  return null
}

/** Reads about a parked stream are refused to whoever brings a position: nobody is switched into that unasked. */
async function refuseParked(connection: PoolConnection, from: Version, target: Version): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT n.stream FROM parked_stream AS n WHERE n.projection = ? AND n.version = ? AND NOT EXISTS (
       SELECT 1 FROM parked_stream AS o WHERE o.projection = n.projection AND o.version = ? AND o.topic = n.topic
         AND o.partition_no = n.partition_no AND o.stream = n.stream)`,
    [target.projection, target.version, from.version],
  )
  if (rows.length > 0) throw newlyParked(from, target, rows.length, rows[0]?.stream ?? '')
}
