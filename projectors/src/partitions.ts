import type { Timers } from '@onsale/platform/ports'
import type { Admin } from 'kafkajs'
import type { Logger } from 'pino'

/** The partitions of a topic; waits until broker and topic are there. */
export async function partitionsOf(admin: Admin, topic: string, timers: Timers, logger: Logger): Promise<number[]> {
  for (let pauseMs = 100; ; pauseMs = Math.min(pauseMs * 2, 2_000)) {
    try {
      await admin.connect()
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      const partitions = topics[0]?.partitions.map(({ partitionId }) => partitionId) ?? []
      if (partitions.length > 0) return partitions.sort((a, b) => a - b)
      throw new Error(`the topic ${topic} has no partitions`)
    } catch (error) {
      logger.info(`waiting for kafka: ${(error as Error).message}`)
      await timers.sleep(pauseMs)
    }
  }
}
