import { expect, test } from '@jest/globals'
import { topicNames } from '@onsale/platform/log'
import { declaredTopics, readTopicsFile } from './declared-topics.js'

test('exactly the topics that the rooms speak of are declared', () => {
  const names = declaredTopics('local', 'local').map(({ name }) => name)
  const { queue, ...others } = topicNames('local')
  expect(names.sort()).toEqual([...Object.values(others), ...Object.values(queue)].sort())
})

test.each([
  ['local', 2, 1, '1'],
  ['deployed', 48, 3, '2'],
] as const)('%s: %d partitions, replication %d, min.insync.replicas %s', (profile, partitions, replication, insync) => {
  for (const topic of declaredTopics('x', profile)) {
    expect(topic.partitions).toBe(['x.venue.plans', 'x.reservation.placement'].includes(topic.name) ? 1 : partitions)
    expect(topic.replication).toBe(replication)
    expect(topic.config['min.insync.replicas']).toBe(insync)
  }
})

test('the broker stamps commands and events; events, parked commands and plans are kept for ever', () => {
  const config = Object.fromEntries(declaredTopics('x', 'deployed').map(({ name, config }) => [name, config]))
  const week = String(7 * 24 * 3_600_000)
  const forEver = { 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' }
  for (const context of ['x.reservation', 'x.queue']) {
    const stamped = { 'message.timestamp.type': 'LogAppendTime' }
    expect(config[`${context}.commands`]).toMatchObject({ ...stamped, 'retention.ms': week })
    expect(config[`${context}.events`]).toMatchObject({ ...stamped, ...forEver })
    expect(config[`${context}.commands-parked`]).toMatchObject(forEver)
  }
  expect(config['x.venue.plans']).toMatchObject(forEver)
})

test('of snapshots the newest by key are kept, in segments small enough to be compacted', () => {
  const snapshots = declaredTopics('x', 'deployed').filter(({ name }) => name.endsWith('.snapshots'))
  expect(snapshots).toHaveLength(2)
  for (const { config } of snapshots)
    expect(config).toMatchObject({ 'cleanup.policy': 'compact', 'segment.bytes': String(64 * 2 ** 20) })
})

test('partitions of the same number of commands, events and snapshots exist together', () => {
  const { topics } = readTopicsFile()
  for (const context of ['reservation', 'queue'])
    for (const kind of ['commands', 'events', 'snapshots'])
      expect(topics[`${context}.${kind}`]?.partitions).toBe(topics['reservation.commands']?.partitions)
})
