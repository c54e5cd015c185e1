import type { Admin } from 'kafkajs'

export interface LogEnds {
  /** First offset that is still there. */
  start: number
  /** One past the last. */
  end: number
}

/** Start and end of every partition of a topic, as of now. */
export async function logEnds(admin: Admin, topic: string): Promise<Map<number, LogEnds>> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return new Map(offsets.map(({ partition, low, high }) => [partition, { start: Number(low), end: Number(high) }]))
}
