import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs, { type Admin } from 'kafkajs'
import { kafkaFor } from '../kafka-client.js'
import type { DeclaredTopic } from './declared-topics.js'

/** A topic that exists is never altered: its partitions are part of ids, its retention was a promise. */
export class TopicMismatchError extends Error {}

/** Creates the topics that are missing and verifies every one. Returns the names of those that it created. */
export async function createTopics(brokers: string, topics: DeclaredTopic[]): Promise<string[]> {
  const admin = kafkaFor(brokers, 10).admin()
  await admin.connect()
  try {
    const existing = new Set(await admin.listTopics())
    const missing = topics.filter(({ name }) => !existing.has(name))
    if (missing.length > 0) {
      const there = topics.filter(({ name, grows }) => grows && existing.has(name))
      const grown = Math.max(0, ...(await partitionCounts(admin, there)).values())
      await create(
        admin,
        missing.map((topic) => (topic.grows ? { ...topic, partitions: Math.max(topic.partitions, grown) } : topic)),
      )
    }
    const differences = await onceKnown(() => findDifferences(admin, topics))
    if (differences.length > 0) throw new TopicMismatchError(differences.join('; '))
    return missing.map(({ name }) => name)
  } finally {
    await admin.disconnect()
  }
}

export const create = (admin: Admin, topics: readonly DeclaredTopic[]): Promise<boolean> =>
  admin.createTopics({
    // kafkajs waits for leaders, but not for a broker that does not know the topic yet: onceKnown does both.
    waitForLeaders: false,
    topics: topics.map(({ name, partitions, replication, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: replication,
      configEntries: entriesOf(config),
    })),
  })

export const entriesOf = (config: Record<string, string>) =>
  Object.entries(config).map(([name, value]) => ({ name, value }))

/** How many partitions each of the topics has. */
export async function partitionCounts(
  admin: Admin,
  topics: readonly Pick<DeclaredTopic, 'name'>[],
): Promise<Map<string, number>> {
  if (topics.length === 0) return new Map()
  const metadata = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) })
  return new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]))
}

/** What of the declared topics is not there, or not as declared; changes nothing. */
export async function compareTopics(
  brokers: string,
  topics: DeclaredTopic[],
): Promise<{ missing: string[]; differences: string[] }> {
  const admin = kafkaFor(brokers, 3).admin()
  await admin.connect()
  try {
    const existing = new Set(await admin.listTopics())
    const there = topics.filter(({ name }) => existing.has(name))
    return {
      missing: topics.filter(({ name }) => !existing.has(name)).map(({ name }) => name),
      differences: there.length > 0 ? await findDifferences(admin, there) : [],
    }
  } finally {
    await admin.disconnect()
  }
}

/** A broker may be asked for a topic before it knows of it or of its leaders. */
const passing = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']

export async function onceKnown<Result>(ask: () => Promise<Result>, withinMs = 30_000): Promise<Result> {
  for (const deadline = Date.now() + withinMs; ; await sleep(100)) {
    try {
      return await ask()
    } catch (error) {
      if (!passing.includes((error as { type?: string }).type ?? '') || Date.now() > deadline) throw error
    }
  }
}

async function findDifferences(admin: Admin, topics: DeclaredTopic[]): Promise<string[]> {
  const names = topics.map(({ name }) => name)
  const metadata = await admin.fetchTopicMetadata({ topics: names })
  const configs = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ name, config }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configNames: Object.keys(config),
    })),
  })
  // Partitions can be added at any time, to all topics of the context; some with fewer is where that was cut off.
  const most = Math.max(
    0,
    ...topics.map(({ name, grows }) =>
      grows ? (metadata.topics.find((it) => it.name === name)?.partitions.length ?? 0) : 0,
    ),
  )
  return topics.flatMap(({ name, partitions, grows, replication, config }) => {
    const found = metadata.topics.find((topic) => topic.name === name)?.partitions ?? []
    const entries = configs.resources.find((resource) => resource.resourceName === name)?.configEntries ?? []
    const wanted: [setting: string, wanted: string, found: string][] = [
      ['partitions', String(grows ? Math.max(partitions, most) : partitions), String(found.length)],
      ['replication', String(replication), String(found[0]?.replicas.length)],
      ...Object.entries(config).map(([key, value]): [string, string, string] => [
        key,
        value,
        String(entries.find(({ configName }) => configName === key)?.configValue),
      ]),
    ]
    return wanted
      .filter(([, want, is]) => want !== is)
      .map(([setting, want, is]) => `topic ${name}: ${setting} should be ${want}, is ${is}`)
  })
}
