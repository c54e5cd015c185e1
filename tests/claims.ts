import { createCodec } from '@onsale/platform/codec'
import {
  createKafka,
  decodeJournal,
  type JournalRecord,
  logEnds,
  startJournalReader,
  topicNames,
} from '@onsale/platform/log'
import { createLogger } from '@onsale/platform/telemetry'
import type { System } from './system.js'

export interface Claim {
  partition: number
  owner: string
  claimId: string
}

/** Follows the journal as any reader does, and knows who owns which partition. */
export async function followJournal({ stack }: System, of: 'reservation' | 'queue' = 'reservation') {
  const { env, variables } = stack.connection
  const logger = createLogger({ service: 'e2e', instance: 'e2e', level: 'silent' })
  const kafka = createKafka({ brokers: (variables.ONSALE_KAFKA_BROKERS ?? '').split(','), clientId: 'e2e' }, logger)
  const codec = await createCodec({
    env,
    registryUrl: variables.ONSALE_REGISTRY_URL as string,
    bundleFile: null,
    logger,
  })
  const topics = topicNames(env)
  const topic = (of === 'queue' ? topics.queue : topics).events
  const admin = kafka.admin()
  await admin.connect()
  const ends = await logEnds(admin, topic)
  const records: JournalRecord[] = []
  let ignored = 0
  const position = new Map<number, number>()
  const reader = await startJournalReader({
    kafka,
    topic,
    name: 'e2e',
    logger,
    cursors: [...ends.keys()].map((partition) => ({ partition, offset: 0, claimId: null })),
    async onBatch(batch) {
      for (const record of batch.records) records.push(await decodeJournal(codec, record))
      position.set(batch.partition, batch.cursor.offset)
    },
    onIgnored: (count) => {
      ignored += count
    },
  })
  return {
    kafka,
    admin,
    codec,
    topic,
    records,
    ignored: () => ignored,
    /** Until everything has been read that is in the log now. */
    async caughtUp(): Promise<void> {
      const now = await logEnds(admin, topic)
      await until(() => [...now].every(([partition, { end }]) => end === 0 || (position.get(partition) ?? 0) >= end))
    },
    ownerOf(partition: number): Claim | null {
      const claimed = records.findLast((record) => record.type === 'OwnerClaimed' && record.partition === partition)
      return claimed ? { partition, ...(claimed.data as { owner: string; claimId: string }) } : null
    },
    async stop(): Promise<void> {
      await reader.stop()
      await admin.disconnect()
    },
  }
}

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}
