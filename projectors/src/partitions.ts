import { type createKafka, logEnds } from '@onsale/platform/log'
import type { Timers } from '@onsale/platform/ports'
import type { Logger } from 'pino'

/** The partitions of a topic; waits until broker and topic are there. */
export async function partitionsOf(
  kafka: ReturnType<typeof createKafka>,
  topic: string,
  timers: Timers,
  logger: Logger,
): Promise<number[]> {
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    const admin = kafka.admin()
    try {
      await admin.connect()
      const partitions = [...(await logEnds(admin, topic)).keys()]
      if (partitions.length > 0) return partitions.sort((a, b) => a - b)
      throw new Error(`the topic ${topic} has no partitions`)
    } catch (error) {
      logger.info(`waiting for kafka: ${(error as Error).message}`)
      await timers.sleep(pauseMs)
    } finally {
      await admin.disconnect().catch(() => {})
    }
  }
}

const everyMs = 2_000

/** Calls when the topic has more partitions than before, with all of them. */
export async function watchPartitions(
  kafka: ReturnType<typeof createKafka>,
  topic: string,
  known: number,
  { timers, logger, signal }: { timers: Timers; logger: Logger; signal: AbortSignal },
  onGrown: (partitions: number[]) => Promise<void>,
): Promise<void> {
  const admin = kafka.admin()
  let count = known
  while (await timers.sleep(everyMs, signal)) {
    try {
      await admin.connect()
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      const found = topics[0]?.partitions.length ?? 0
      if (found <= count) continue
      logger.info({ topic, partitions: found, before: count }, 'partitions were added')
      await onGrown(Array.from({ length: found }, (_, partition) => partition))
      count = found
    } catch (error) {
      logger.info(`waiting for kafka: ${(error as Error).message}`)
    }
  }
  await admin.disconnect().catch(() => {})
}
