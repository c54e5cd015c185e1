import type { KeptViews } from './kept-views.js'
import type { VersionPorts } from './ports.js'
import { type Version, VersionRefusedError } from './version.js'

/** How long what readers are shown is held still for the other to catch up, ms. */
const patienceMs = 1_000
/** The hold ends by itself where nobody ends it; until then the pointers are to be moved. */
const holdMs = 4_000

/**
 * Holds the checkpoints of the version that readers are shown until the other has come to them, in every partition; null where it has: then they are
 * held still. Otherwise the first that is behind, and nothing is held.
 */
export async function holdViews(
  { views, partitions, topic }: KeptViews,
  { clock, timers }: Pick<VersionPorts, 'clock' | 'timers'>,
  from: Version,
  target: Version,
): Promise<{ topic: string; partition: number; offset: number; reached: number } | null> {
  await views.hold(from.projection, from.version, partitions, holdMs)
  for (const until = clock.now() + patienceMs; ; await timers.sleep(5)) {
    const shown = await views.checkpoints(from.projection, from.version, partitions)
    const reached = await views.checkpoints(target.projection, target.version, partitions)
    const of = (partition: number) => reached.find((it) => it.partition === partition)?.nextOffset ?? 0
    const behind = shown.find(({ partition, nextOffset }) => of(partition) < nextOffset)
    if (!behind) return null
    if (clock.now() < until) continue
    await views.release(from.projection, from.version, partitions)
    return { topic, partition: behind.partition, offset: behind.nextOffset, reached: of(behind.partition) }
  }
}

/** Once the switch is decided: readers of each partition are shown the version, from one moment to the next. */
export async function showVersion(
  { views, partitions }: KeptViews,
  { projection, from, to }: { projection: string; from: number; to: number },
): Promise<void> {
  for (const partition of partitions) await views.point(projection, partition, to).catch(() => {})
  await views.release(projection, from, partitions).catch(() => {})
}

export async function refuseParkedViews(
  { views, partitions }: KeptViews,
  from: Version,
  target: Version,
): Promise<void> {
  const known = await views.parked(from.projection, from.version, partitions)
  const parked = await views.parked(target.projection, target.version, partitions)
  const isNew = parked.filter(
    (it) => !known.some(({ partition, stream }) => partition === it.partition && stream === it.stream),
  )
  if (isNew[0]) throw newlyParked(from, target, isNew.length, isNew[0].stream)
}

export const newlyParked = (from: Version, target: Version, streams: number, first: string): VersionRefusedError =>
  new VersionRefusedError(
    `${streams} stream(s) are parked in version ${target.version} that are not in version ${from.version}, ` +
      `${first} first: see parked list`,
  )
