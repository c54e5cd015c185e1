import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { topicNames } from '@onsale/platform/log'
import type { Admin } from 'kafkajs'
import { kafkaFor } from '../kafka-client.js'
import { type SuiteServers, suiteServers } from '../test-servers.js'
import { partitionCounts, TopicMismatchError } from './create-topics.js'
import { grow, growthOf } from './grow-topics.js'
import { migrateTopics } from './index.js'

let servers: SuiteServers
let admin: Admin

beforeAll(async () => {
  servers = await suiteServers('grow')
  admin = kafkaFor(servers.variables.ONSALE_KAFKA_BROKERS as string, 5).admin()
  await admin.connect()
}, 60_000)
afterAll(async () => {
  await admin?.disconnect()
  await servers?.drop()
})

test('partitions are added to all topics of the context, the commands last; cut off in between, the same again completes it', async () => {
  const env = servers.variables.ONSALE_ENV as string
  const { commands, events, snapshots, parked, plans, placement } = topicNames(env)
  const growth = await growthOf(admin, env, 4)
  expect(growth.map(({ topic }) => topic).at(-1)).toBe(commands)
  expect(growth.map(({ topic }) => topic)).toEqual(expect.arrayContaining([commands, events, snapshots, parked]))

  await grow(admin, growth.slice(0, 2))
  await expect(migrateTopics(servers.variables)).rejects.toThrow(TopicMismatchError)
  await expect(migrateTopics(servers.variables)).rejects.toThrow(/partitions should be 4, is 2/)
  const rest = await growthOf(admin, env, 4)
  expect(rest.filter(({ from }) => from === 2)).toHaveLength(growth.length - 2)
  await grow(admin, rest)

  expect(await migrateTopics(servers.variables)).toEqual([])
  const counts = await partitionCounts(admin, [{ name: commands }, { name: plans }, { name: placement }])
  expect([...counts.values()].sort()).toEqual([1, 1, 4])
  // A topic that is made later has as many as the others by then.
  await admin.deleteTopics({ topics: [snapshots] })
  expect(await migrateTopics(servers.variables)).toEqual([snapshots])
  expect((await partitionCounts(admin, [{ name: snapshots }])).get(snapshots)).toBe(4)
})
