import { type createKafka, type RawRecord, startLogReader } from '@onsale/platform/log'
import type { Logger } from 'pino'

export interface LogAccess {
  kafka: ReturnType<typeof createKafka>
  logger: Logger
}

/**
 * The records at these offsets of a partition, in order; those that the log does not have are left out.
 * @param offsets ascending
 * @returns null where the signal aborts
 */
export async function readRecordsAt(
  { kafka, logger }: LogAccess,
  { topic, partition, offsets }: { topic: string; partition: number; offsets: readonly number[] },
  signal?: AbortSignal,
): Promise<RawRecord[] | null> {
  const [first] = offsets
  const last = offsets.at(-1)
  if (first === undefined || last === undefined) return []
  const wanted = new Set(offsets)
  const found: RawRecord[] = []
  const ending = new AbortController()
  const reader = await startLogReader({
    kafka,
    topic,
    name: 'parked-events',
    from: [{ partition, offset: first }],
    logger,
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

const once = (signal: AbortSignal) =>
  new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null)
    else signal.addEventListener('abort', () => resolve(null), { once: true })
  })
