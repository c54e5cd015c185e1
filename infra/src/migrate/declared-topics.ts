import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { checkoutRoot } from '../paths.js'

const positive = z.number().int().positive()
const profile = z.strictObject({ partitions: positive, replication: positive, 'min.insync.replicas': positive })
const topic = z.strictObject({
  /** Where the topic does not take the profile's. */
  partitions: positive.optional(),
  'cleanup.policy': z.enum(['delete', 'compact']),
  'retention.ms': z.number().int().min(-1),
  'retention.bytes': z.number().int().min(-1),
  'message.timestamp.type': z.enum(['LogAppendTime', 'CreateTime']),
  'max.message.bytes': positive,
  'segment.bytes': positive.optional(),
})
const file = z.strictObject({
  profiles: z.strictObject({ local: profile, deployed: profile }),
  topics: z.record(z.string(), topic),
})

export type TopicsFile = z.infer<typeof file>
export type Profile = keyof TopicsFile['profiles']

export interface DeclaredTopic {
  /** With the environment's prefix. */
  name: string
  partitions: number
  /** The topic has as many as its context: more may have been added to all of them. */
  grows: boolean
  replication: number
  /** Topic settings as Kafka names and prints them. */
  config: Record<string, string>
}

export const readTopicsFile = (): TopicsFile =>
  file.parse(JSON.parse(readFileSync(join(checkoutRoot, 'infra/topics.json'), 'utf8')))

export function declaredTopics(
  env: string,
  profile: Profile,
  declared: TopicsFile = readTopicsFile(),
): DeclaredTopic[] {
  const { partitions, replication, ...insync } = declared.profiles[profile]
  return Object.entries(declared.topics).map(([name, { partitions: own, ...config }]) => ({
    name: `${env}.${name}`,
    partitions: own ?? partitions,
    grows: own === undefined,
    replication,
    config: Object.fromEntries(Object.entries({ ...insync, ...config }).map(([key, value]) => [key, String(value)])),
  }))
}
