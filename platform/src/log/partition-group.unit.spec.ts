import { EventEmitter } from 'node:events'
import { expect, test } from '@jest/globals'
import type { EachBatchPayload, Kafka } from 'kafkajs'
import { pino } from 'pino'
import { PartitionGroup } from './partition-group.js'

const logger = pino({ level: 'silent' })

/** As kafkajs does it: seek, pause and resume throw unless the consumer runs. */
class Consumer extends EventEmitter {
  readonly events = { GROUP_JOIN: 'join', HEARTBEAT: 'beat', CRASH: 'crash', STOP: 'stop' }
  readonly offsets = new Map<number, string>()
  readonly paused = new Set<number>()
  eachBatch: (batch: EachBatchPayload) => Promise<void> = async () => {}
  private runs = false

  constructor(private readonly connected: Promise<void>) {
    super()
  }

  connect = () => this.connected
  subscribe = async () => {}
  async run({ eachBatch }: { eachBatch: Consumer['eachBatch'] }) {
    this.eachBatch = eachBatch
    this.runs = true
    this.join(0)
  }
  join(...partitions: number[]) {
    this.emit('join', { payload: { memberAssignment: { t: partitions } } })
  }
  async disconnect() {
    if (this.runs) {
      this.runs = false
      this.emit('stop')
    }
  }
  async crash() {
    await this.disconnect()
    this.emit('crash')
  }
  seek({ partition, offset }: { partition: number; offset: string }) {
    this.mustRun()
    this.offsets.set(partition, offset)
  }
  pause([{ partitions }]: [{ partitions: number[] }]) {
    this.mustRun()
    for (const partition of partitions) this.paused.add(partition)
  }
  resume([{ partitions }]: [{ partitions: number[] }]) {
    this.mustRun()
    for (const partition of partitions) this.paused.delete(partition)
  }
  private mustRun() {
    if (!this.runs) throw new Error('Consumer group was not initialized, consumer#run must be called first')
  }
}

function groupOf() {
  const consumers: Consumer[] = []
  const connecting: (() => void)[] = []
  const events: string[] = []
  const watching: (() => void)[] = []
  const kafka = {
    consumer() {
      const consumer = new Consumer(new Promise((resolve) => connecting.push(resolve)))
      consumers.push(consumer)
      return consumer
    },
  } as unknown as Kafka
  const group = new PartitionGroup({
    kafka,
    topic: 't',
    groupId: 'g',
    logger,
    timers: {
      sleep: (ms, signal) => {
        if (ms < 5_000) return Promise.resolve(true)
        return new Promise((resolve) => {
          watching.push(() => resolve(true))
          signal?.addEventListener('abort', () => resolve(false))
        })
      },
    },
    onAssigned: (partition) => void events.push(`+${partition}`),
    onRevoked: (partition) => void events.push(`-${partition}`),
  })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  /** The consumer made last, connected and joined. */
  const joined = async () => {
    connecting.at(-1)?.()
    await turn()
    return consumers.at(-1) as Consumer
  }
  /** Five seconds of a membership are over. */
  const fiveSeconds = async () => {
    watching.shift()?.()
    await turn()
  }
  return { group, joined, turn, fiveSeconds, consumers, events }
}

test('what an owner asks for while the consumer is being replaced reaches the next one', async () => {
  const { group, joined, turn } = groupOf()
  group.start()
  const first = await joined()
  expect([...first.paused]).toEqual([0])
  group.feed(0, 7, () => {})
  expect([first.offsets.get(0), first.paused.size]).toEqual(['7', 0])

  await first.crash()
  await turn()
  group.unfeed(0)
  group.resume(0)
  group.feed(0, 9, () => {})
  const second = await joined()
  expect(second).not.toBe(first)
  expect([second.offsets.get(0), second.paused.size]).toEqual(['9', 0])

  await second.crash()
  await turn()
  group.unfeed(0)
  expect([...(await joined()).paused]).toEqual([0])
  await group.stop()
})

test('a pause outlasts the consumer, a resume of what is not fed does nothing', async () => {
  const { group, joined, turn } = groupOf()
  group.start()
  const first = await joined()
  group.resume(0)
  expect([...first.paused]).toEqual([0])
  group.feed(0, 7, () => {})
  group.pause(0)
  await first.crash()
  await turn()
  const second = await joined()
  expect([second.offsets.get(0), ...second.paused]).toEqual(['7', 0])
  group.resume(0)
  expect(second.paused.size).toBe(0)
  await group.stop()
})

test('a member that rests gives its partitions away, is out of the group, and comes back when the rest is over', async () => {
  const { group, joined, turn, consumers, events } = groupOf()
  group.start()
  await joined()
  expect([group.isMember, events]).toEqual([true, ['+0']])
  let over: () => void = () => {}
  group.rest(
    new Promise((resolve) => {
      over = resolve
    }),
  )
  await turn()
  await turn()
  expect([group.isMember, events, consumers.length]).toEqual([false, ['+0', '-0'], 1])
  over()
  await turn()
  await joined()
  expect([group.isMember, events, consumers.length]).toEqual([true, ['+0', '-0', '+0'], 2])
  // Also while it stops.
  group.rest(new Promise(() => {}))
  await group.stop()
  expect(group.isMember).toBe(false)
})

test('stop ends also while the consumer is still connecting', async () => {
  const { group, joined } = groupOf()
  group.start()
  const stopped = group.stop()
  await joined()
  await stopped
  expect(group.isMember).toBe(false)
})

test('a member that hears nothing of its group joins as a new one, and keeps what it has until it is told otherwise', async () => {
  const { group, joined, fiveSeconds, consumers, events } = groupOf()
  group.start()
  const first = await joined()
  for (let stretch = 0; stretch < 2; stretch += 1) {
    first.emit('beat')
    await fiveSeconds()
  }
  expect(consumers).toHaveLength(1)
  await fiveSeconds()
  expect(consumers).toHaveLength(2)
  await joined()
  expect(events).toEqual(['+0'])
  await group.stop()
})
