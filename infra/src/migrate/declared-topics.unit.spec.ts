import { expect, test } from '@jest/globals'
import { topicNames } from '@onsale/platform/log'
import { declaredTopics, readTopicsFile } from './declared-topics.js'

test('exactly the topics that the rooms speak of are declared', () => {
  const names = declaredTopics('local', 'local').map(({ name }) => name)
  expect(names.sort()).toEqual(Object.values(topicNames('local')).sort())
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
  expect(config['x.reservation.commands']).toMatchObject({
    'message.timestamp.type': 'LogAppendTime',
    'retention.ms': week,
  })
  for (const name of ['x.reservation.events', 'x.reservation.commands-parked', 'x.venue.plans'])
    expect(config[name]).toMatchObject({ 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' })
  expect(config['x.reservation.events']).toMatchObject({ 'message.timestamp.type': 'LogAppendTime' })
})

test('of snapshots the newest by key are kept, in segments small enough to be compacted', () => {
  const config = declaredTopics('x', 'deployed').find(({ name }) => name === 'x.reservation.snapshots')?.config
  expect(config).toMatchObject({ 'cleanup.policy': 'compact', 'segment.bytes': String(64 * 2 ** 20) })
})

test('partitions of the same number of commands, events and snapshots exist together', () => {
  const { topics } = readTopicsFile()
  for (const other of ['reservation.events', 'reservation.snapshots'])
    expect(topics[other]?.partitions).toBe(topics['reservation.commands']?.partitions)
})
