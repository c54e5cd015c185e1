import type { StackConnection } from '@onsale/infra'
import { decodeJournal, type JournalRecord, logEnds, startJournalReader, topicNames } from '@onsale/platform/log'
import { openStackLog } from './stack-log.js'

export interface EventLogOptions {
  /** Whose journal; of shows where it is left out. */
  of?: 'reservation' | 'queue'
  /** Only this stream; null: all. */
  show: string | null
  /** Print the last so many of what is there; null: all. */
  last: number | null
  /** Go on with what comes, until the signal. */
  follow: AbortSignal | null
  print(record: JournalRecord): void
}

/** Prints the journal under the reader rule: what does not count is not shown. */
export async function printLog(connection: StackConnection, options: EventLogOptions): Promise<void> {
  const { env, kafka, codec, logger } = await openStackLog(connection, 'events')
  const topics = topicNames(env)
  const topic = (options.of === 'queue' ? topics.queue : topics).events
  const admin = kafka.admin()
  await admin.connect()
  const ends = await logEnds(admin, topic)
  await admin.disconnect()
  const kept: JournalRecord[] = []
  const behind = new Set([...ends].filter(([, { start, end }]) => end > start).map(([partition]) => partition))
  let caughtUp: () => void = () => {}
  const end = new Promise<void>((resolve) => {
    caughtUp = resolve
  })
  const reader = await startJournalReader({
    kafka,
    topic,
    name: 'log',
    logger,
    cursors: [...ends].map(([partition, { start }]) => ({ partition, offset: start, claimId: null })),
    async onBatch({ partition, records, cursor }) {
      for (const raw of records) {
        const record = await decodeJournal(codec, raw)
        if (options.show !== null && record.subject !== options.show) continue
        if (behind.size === 0) options.print(record)
        else kept.push(record)
      }
      if (!behind.has(partition) || cursor.offset < (ends.get(partition)?.end ?? 0)) return
      behind.delete(partition)
      if (behind.size > 0) return
      kept.sort((a, b) => a.appendedAt - b.appendedAt)
      for (const record of options.last === null ? kept : kept.slice(-options.last)) options.print(record)
      caughtUp()
    },
  })
  if (behind.size === 0) caughtUp()
  const { follow } = options
  const stopped = follow
    ? new Promise<void>((resolve) => follow.addEventListener('abort', () => resolve(), { once: true }))
    : end
  const died = await Promise.race([reader.failed, stopped])
  await reader.stop()
  if (died) throw died
}
