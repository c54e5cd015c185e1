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
      await admin.createTopics({
        // kafkajs waits for leaders, but not for a broker that does not know the topic yet: onceKnown does both.
        waitForLeaders: false,
        topics: missing.map(({ name, partitions, replication, config }) => ({
          topic: name,
          numPartitions: partitions,
          replicationFactor: replication,
          configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
        })),
      })
    }
    const differences = await onceKnown(() => findDifferences(admin, topics))
    if (differences.length > 0) throw new TopicMismatchError(differences.join('; '))
    return missing.map(({ name }) => name)
  } finally {
    await admin.disconnect()
  }
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

async function onceKnown<Result>(ask: () => Promise<Result>, withinMs = 30_000): Promise<Result> {
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
  return topics.flatMap(({ name, partitions, replication, config }) => {
    const found = metadata.topics.find((topic) => topic.name === name)?.partitions ?? []
    const entries = configs.resources.find((resource) => resource.resourceName === name)?.configEntries ?? []
    const wanted: [setting: string, wanted: string, found: string][] = [
      ['partitions', String(partitions), String(found.length)],
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
