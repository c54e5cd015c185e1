import { topicNames } from '@onsale/platform/log'
import type { Admin } from 'kafkajs'
import { partitionCounts } from './create-topics.js'
import { declaredTopics } from './declared-topics.js'

export interface Growth {
  topic: string
  from: number
  to: number
}

/**
 * What is to be done so that every topic of the context has so many partitions, in this order. The commands come last: a partition that
 * they have is everywhere, so whoever dies in between has harmed nobody, and doing it again completes it.
 */
export async function growthOf(admin: Admin, env: string, to: number): Promise<Growth[]> {
  const { commands, queue } = topicNames(env)
  const last = [queue.commands, commands]
  const growing = declaredTopics(env, 'local').filter(({ grows }) => grows)
  const counts = await partitionCounts(admin, growing)
  return growing
    .map(({ name }) => ({ topic: name, from: counts.get(name) ?? 0, to }))
    .sort((a, b) => last.indexOf(a.topic) - last.indexOf(b.topic))
}

export async function grow(admin: Admin, growth: readonly Growth[]): Promise<void> {
  for (const { topic, from, to } of growth)
    if (from < to) await admin.createPartitions({ topicPartitions: [{ topic, count: to }] })
}
