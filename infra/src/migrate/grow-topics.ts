import { setTimeout as sleep } from 'node:timers/promises'
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

/** Done when a broker tells of every partition: it says yes some time before it does. */
export async function grow(admin: Admin, growth: readonly Growth[]): Promise<void> {
  for (const { topic, from, to } of growth) {
    if (from >= to) continue
    await admin.createPartitions({ topicPartitions: [{ topic, count: to }] })
    while (((await partitionCounts(admin, [{ name: topic }])).get(topic) ?? 0) < to) await sleep(20)
  }
}
