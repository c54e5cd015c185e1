import kafkajs, { type Admin } from 'kafkajs'
import { create, entriesOf, onceKnown, partitionCounts } from './create-topics.js'
import { type DeclaredTopic, declaredTopics, type Profile } from './declared-topics.js'

/** What is there is not for a restore to write into. */
export class RestoreRefusedError extends Error {}

/**
 * While a topic is being restored its records bring their own times with them, and none is too old to be kept. It is as declared once
 * it is whole; until then the migration step, and so every start of the system, refuses it.
 */
const whileRestored = { 'message.timestamp.type': 'CreateTime', 'retention.ms': '-1' }

/** What of a topic there is: to be filled (made here, or by a restore that was cut off), or as declared, whatever is in it. */
export type FoundTopic = 'filling' | 'declared'

const topicsOf = (variables: Record<string, string>, profile: Profile, partitions: number) =>
  declaredTopics(variables.ONSALE_ENV as string, profile).map((topic) =>
    topic.grows ? { ...topic, partitions } : topic,
  )

/** Makes the topics that are missing, to be filled. @returns what each topic now is, by name */
export async function beginRestoredTopics(
  admin: Admin,
  variables: Record<string, string>,
  partitions: number,
  profile: Profile = 'local',
): Promise<Map<string, FoundTopic>> {
  const topics = topicsOf(variables, profile, partitions)
  const existing = new Set(await admin.listTopics())
  const missing = topics.filter(({ name }) => !existing.has(name))
  if (missing.length > 0)
    await create(
      admin,
      missing.map((topic) => ({ ...topic, config: { ...topic.config, ...whileRestored } })),
    )
  const counts = await onceKnown(() => partitionCounts(admin, topics))
  for (const { name, partitions: wanted } of topics)
    if (counts.get(name) !== wanted)
      throw new RestoreRefusedError(
        `the topic ${name} has ${counts.get(name)} partitions, in the backup it has ${wanted}`,
      )
  return onceKnown(() => whatTheyAre(admin, topics))
}

/** All topics as declared, from which on they are like those of any system. */
export async function endRestoredTopics(
  admin: Admin,
  variables: Record<string, string>,
  profile: Profile = 'local',
): Promise<void> {
  const type = kafkajs.ConfigResourceTypes.TOPIC
  const resources = declaredTopics(variables.ONSALE_ENV as string, profile).map(({ name, config }) => ({
    ...{ type, name },
    configEntries: entriesOf(config),
  }))
  await admin.alterConfigs({ validateOnly: false, resources })
}

async function whatTheyAre(admin: Admin, topics: readonly DeclaredTopic[]): Promise<Map<string, FoundTopic>> {
  const [setting] = Object.keys(whileRestored)
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ name }) => ({
      ...{ type: kafkajs.ConfigResourceTypes.TOPIC, name },
      configNames: [setting as string],
    })),
  })
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      configEntries[0]?.configValue === whileRestored['message.timestamp.type'] ? 'filling' : 'declared',
    ]),
  )
}
