import { type createKafka, logEnds, type RawRecord, startLogReader } from '@onsale/platform/log'
import type { Ids, Timers } from '@onsale/platform/ports'
import type { Logger } from 'pino'

export interface LogAccess {
  kafka: ReturnType<typeof createKafka>
  logger: Logger
  timers?: Timers
  ids?: Ids
}

interface Places {
  topic: string
  partition: number
  /** Ascending. */
  offsets: readonly number[]
}

/**
 * The records at these offsets of a partition, in order; those that the log does not have are left out.
 * @returns null where the signal aborts
 * @throws where the broker is away as the reading begins
 */
export async function readRecordsAt(
  access: LogAccess,
  places: Places,
  signal?: AbortSignal,
): Promise<RawRecord[] | null> {
  const { kafka, logger, timers, ids } = access
  const { topic, partition } = places
  const wanted = new Set(await withinTheLog(kafka, places))
  const [first] = wanted
  const last = [...wanted].at(-1)
  if (first === undefined || last === undefined) return []
  const found: RawRecord[] = []
  const ending = new AbortController()
  const reader = await startLogReader({
    kafka,
    topic,
    name: 'parked-events',
    from: [{ partition, offset: first }],
    logger,
    ...(timers ? { timers } : {}),
    ...(ids ? { ids } : {}),
    async onBatch({ records, nextOffset }) {
      if (ending.signal.aborted) return
      for (const record of records) if (wanted.has(record.offset)) found.push(record)
      if (nextOffset > last) ending.abort()
    },
  })
  const ended = once(signal ? AbortSignal.any([signal, ending.signal]) : ending.signal)
  const failure = await Promise.race([reader.failed, ended])
  await reader.stop()
  if (failure) throw failure
  return ending.signal.aborted ? found : null
}

/** A reader would wait at an offset that the log has lost, or does not have yet. */
async function withinTheLog(kafka: LogAccess['kafka'], { topic, partition, offsets }: Places): Promise<number[]> {
  if (offsets.length === 0) return []
  const admin = kafka.admin()
  try {
    await admin.connect()
    const { start, end } = (await logEnds(admin, topic)).get(partition) ?? { start: 0, end: 0 }
    return offsets.filter((offset) => offset >= start && offset < end)
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

const once = (signal: AbortSignal) =>
  new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null)
    else signal.addEventListener('abort', () => resolve(null), { once: true })
  })
