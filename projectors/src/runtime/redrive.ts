import { retryContention } from '@onsale/platform/sql'
import type { CheckpointId } from './checkpoint.js'
import { mendsItself, Pace, type ProjectorEnvironment } from './environment.js'
import { type Decoded, type Folded, fold, type Stop } from './fold.js'
import type { PartitionProjector } from './partition-projector.js'
import { PlanUnknownError } from './projection.js'
import type { ParkedPlace, StoreTransaction } from './store.js'

/** Reads events from the log again; one that the log does not have is given as not decodable. Null where the signal aborts. */
export type ReadAgain = (partition: number, places: ParkedPlace[], signal: AbortSignal) => Promise<Decoded[] | null>

/** Events read from the log at a time. */
const eventsAtATime = 1_000

/**
 * More events are left; what was read is not what is parked now; all is applied; what was asked for is done, by whoever;
 * it came to an event that cannot be applied.
 */
type Outcome =
  | { kind: 'more' | 'changed' | 'unparked' | 'gone'; applied: number }
  | { kind: 'parked'; applied: number; stop: Stop }

/**
 * Applies a stream's parked events in their order, between two batches of the partition, as long as the mark that asks for
 * it stands: asked once, it fails once, whatever number of processes has seen the mark. Each transaction takes the
 * checkpoint's lock first and only then reads mark and what is parked: no batch and no other process changes them
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
  const pace = new Pace(env.limits)
  let applied = 0
  while (!signal.aborted) {
    const places = await env.store.parkedPlaces(id, stream, eventsAtATime)
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
      const outcome = await retryContention(env, () =>
        env.store.transaction(async (transaction) => {
          await transaction.renewCheckpoint(id, env.clock.now())
          if (!(await transaction.isRedriveWanted(id, stream))) return { kind: 'gone', applied: 0 } as const
          const places = await transaction.parkedPlaces(id, stream, events.length + 1)
          if (events.some(({ offset }, at) => places[at]?.offset !== offset))
            return { kind: 'changed', applied: 0 } as const
          tried = await foldParked(transaction, projector, stream, events, env, pace, plansRead)
          return write(transaction, id, stream, tried, places)
        }),
      )
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
  transaction: StoreTransaction,
  { projection, id }: PartitionProjector,
  stream: string,
  events: Decoded[],
  env: ProjectorEnvironment,
  { events: most, refused, limits }: Pace,
  plansRead: boolean,
): Promise<Folded> {
  const { versions: streamVersions, mayFollow, notes } = await transaction.streamVersions(id, [stream])
  const from = { commandOffset: 'unchecked', streamVersions, mayFollow, notes, parked: new Set<string>() } as const
  return fold(
    projection,
    events,
    from,
    { plan: env.plans.plan },
    { rows: limits.rows, events: most, refused, plansRead },
  )
}

async function write(
  transaction: StoreTransaction,
  id: CheckpointId,
  stream: string,
  { rows, versions, applied, parked, stop: ofNoStream }: Folded,
  places: { offset: number }[],
): Promise<Outcome> {
  await transaction.writeRows(id, rows)
  await transaction.saveStreamVersions(id, versions)
  const done = applied.length
  if (done > 0) await transaction.unparkEvents(id, stream, (applied.at(-1) as number) + 1)
  // Nothing after the first event that cannot be applied is.
  const stop = ofNoStream ?? parked[0]?.stop
  if (stop) {
    await transaction.parkAgain(id, stream, stop)
    return { kind: 'parked', applied: done, stop }
  }
  const next = places[done]
  if (next) {
    await transaction.parkedFrom(id, stream, next.offset)
    return { kind: 'more', applied: done }
  }
  await transaction.unparkStream(id, stream)
  return { kind: 'unparked', applied: done }
}
