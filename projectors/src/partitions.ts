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
