import { inTransaction } from '@onsale/platform/sql'
import type { Pool, PoolConnection, RowDataPacket } from 'mysql2/promise'
import type { VersionPorts } from './ports.js'
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
    const outcome = await inTransaction(pool, ports, (connection) => attempt(connection, ports, request))
    if ('from' in outcome) return outcome
    if (ports.clock.now() >= until) throw new VersionRefusedError(outcome.behind)
    await ports.timers.sleep(50)
  }
}

async function attempt(
  connection: PoolConnection,
  { clock, timers }: VersionPorts,
  { projection, to, by, despiteParked = false }: SwitchRequest,
): Promise<Switched | { behind: string }> {
  const versions = await lockVersions(connection, projection)
  const from = servingOf(versions)
  const target = targetOf(versions, to)
  if (target.serving) throw new VersionRefusedError(`version ${target.version} of ${projection} is served already`)
  if (target.state === 'dropping')
    throw new VersionRefusedError(`version ${target.version} of ${projection} is being dropped`)
  if (!despiteParked) await refuseParked(connection, from, target)
  const [held] = await connection.query<RowDataPacket[]>(
    `SELECT topic, partition_no, next_offset FROM projection_checkpoint WHERE projection = ? AND version = ?
     ORDER BY topic, partition_no FOR UPDATE`,
    [projection, from.version],
  )
  for (const until = clock.now() + holdMs; ; await timers.sleep(5)) {
    const behind = await firstBehind(connection, target, held)
    if (!behind) break
    if (clock.now() >= until)
      return {
        behind:
          `version ${target.version} of ${projection} is at ${behind.reached} of ${behind.topic}/${behind.partition}, ` +
          `readers are shown ${behind.offset}: switch when it has caught up`,
      }
  }
  await connection.query(
    'UPDATE projection_serving SET version = ?, previous = ?, switched_at = ?, switched_by = ? WHERE projection = ?',
    [target.version, from.version, clock.now(), by, projection],
  )
  await connection.query(
    "UPDATE projection_version SET state = 'live', worker = NULL, slowed_ms = 0 WHERE projection = ? AND version = ?",
    [projection, target.version],
  )
  return { projection, from: from.version, to: target.version }
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
  if (rows.length > 0)
    throw new VersionRefusedError(
      `${rows.length} stream(s) are parked in version ${target.version} that are not in version ${from.version}, ` +
        `${rows[0]?.stream} first: see parked list`,
    )
}
