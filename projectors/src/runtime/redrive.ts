import { inTransaction } from '@onsale/platform/sql'
import type { PoolConnection } from 'mysql2/promise'
import { type CheckpointId, renewCheckpoint } from './checkpoint.js'
import { limits, mendsItself, Pace, type ProjectorEnvironment } from './environment.js'
import { type Decoded, type Folded, fold, type Stop } from './fold.js'
import { isParked, parkAgain, parkedFrom, parkedPlaces, unparkEvents, unparkStream } from './parking.js'
import type { PartitionProjector } from './partition-projector.js'
import { PlanUnknownError } from './projection.js'
import { loadStreamVersions, saveStreamVersions } from './streams.js'
import { writeRows } from './write-rows.js'

/** Reads events from the log again; one that the log does not have is given as not decodable. Null where the signal aborts. */
export type ReadAgain = (
  partition: number,
  places: { offset: number; claimId: string }[],
  signal: AbortSignal,
) => Promise<Decoded[] | null>

/** Events read from the log at a time. */
const eventsAtATime = 1_000

/** More events are left; what was read is not what is parked now; it came to an event that cannot be applied; all is applied; another process did it. */
type Outcome =
  | { kind: 'more' | 'changed' | 'unparked' | 'gone'; applied: number }
  | { kind: 'parked'; applied: number; stop: Stop }

/**
 * Applies a stream's parked events in their order, between two batches of the partition. Each transaction takes the
 * checkpoint's lock first and only then reads what is parked: no batch and no other process adds to it or takes from it
 * meanwhile. The stream is unparked in the transaction that finds nothing parked behind what it applied; until then new
 * events of it queue behind.
 */
export async function redrive(
  projector: PartitionProjector,
  stream: string,
  env: ProjectorEnvironment,
  readAgain: ReadAgain,
  signal: AbortSignal,
): Promise<void> {
  const { id } = projector
  const pace = new Pace()
  let applied = 0
  while (!signal.aborted) {
    const places = await parkedPlaces(env.pool, id, stream, eventsAtATime)
    const events = await readAgain(id.partition, places, signal)
    if (!events) return
    const outcome = await projector.between(signal, () => once(projector, stream, events, env, pace))
    if (!outcome) return
    applied += outcome.applied
    if (outcome.kind === 'gone') return
    if (outcome.kind === 'unparked') {
      env.logger.info({ ...id, stream, applied }, `stream ${stream} unparked in ${id.projection}`)
      return
    }
    if (outcome.kind === 'parked') {
      const { stop } = outcome
      env.logger.error(
        { ...id, stream, applied, ...stop },
        `stream ${stream} stays parked in ${id.projection}: ${stop.detail}`,
      )
      return
    }
  }
}

/** One transaction, tried by halves where the database refuses it. */
async function once(
  projector: PartitionProjector,
  stream: string,
  events: Decoded[],
  env: ProjectorEnvironment,
  pace: Pace,
): Promise<Outcome> {
  const { id } = projector
  for (let plansRead = false; ; ) {
    let tried: Folded | null = null
    try {
      const outcome = await inTransaction(env.pool, env, async (connection) => {
        await renewCheckpoint(connection, id, env.clock.now())
        if (!(await isParked(connection, id, stream))) return { kind: 'gone', applied: 0 } as const
        const places = await parkedPlaces(connection, id, stream, events.length + 1)
        if (events.some(({ offset }, at) => places[at]?.offset !== offset))
          return { kind: 'changed', applied: 0 } as const
        tried = await foldParked(connection, projector, stream, events, env, pace, plansRead)
        return write(connection, id, stream, tried, places)
      })
      pace.went()
      if (outcome.applied > 0) {
        const { applied, rows } = tried as unknown as Folded
        env.observer.applied(id, { events: applied.length, rows: rows.size, appendedAt: null })
      }
      return outcome
    } catch (error) {
      if (error instanceof PlanUnknownError) {
        await env.plans.catchUp()
        plansRead = true
      } else {
        const { applied } = (tried as Folded | null) ?? { applied: [] }
        if (mendsItself(error) || !pace.refuse(error, applied, events)) throw error
      }
    }
  }
}

async function foldParked(
  connection: PoolConnection,
  { projection, id }: PartitionProjector,
  stream: string,
  events: Decoded[],
  env: ProjectorEnvironment,
  { events: most, refused }: Pace,
  plansRead: boolean,
): Promise<Folded> {
  const { versions: streamVersions, mayFollow } = await loadStreamVersions(connection, id, [stream])
  const from = { commandOffset: 'unchecked', streamVersions, mayFollow, parked: new Set<string>() } as const
  return fold(
    projection,
    events,
    from,
    { plan: env.plans.plan },
    { rows: limits.rows, events: most, refused, plansRead },
  )
}

async function write(
  connection: PoolConnection,
  id: CheckpointId,
  stream: string,
  { rows, versions, applied, parked, stop: ofNoStream }: Folded,
  places: { offset: number }[],
): Promise<Outcome> {
  await writeRows(connection, rows)
  await saveStreamVersions(connection, id, versions)
  const done = applied.length
  if (done > 0) await unparkEvents(connection, id, stream, (applied.at(-1) as number) + 1)
  // Nothing after the first event that cannot be applied is.
  const stop = ofNoStream ?? parked[0]?.stop
  if (stop) {
    await parkAgain(connection, id, stream, stop)
    return { kind: 'parked', applied: done, stop }
  }
  const next = places[done]
  if (next) {
    await parkedFrom(connection, id, stream, next.offset)
    return { kind: 'more', applied: done }
  }
  await unparkStream(connection, id, stream)
  return { kind: 'unparked', applied: done }
}
