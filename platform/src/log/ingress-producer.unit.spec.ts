import { expect, test } from '@jest/globals'
import type { Kafka, Message } from 'kafkajs'
import { pino } from 'pino'
import { IngressProducer } from './ingress-producer.js'

/** A broker of one partition that refuses a batch above its limit. */
function producerOf(maxMessageBytes = Number.POSITIVE_INFINITY, silentSends = 0) {
  const sends: Message[][] = []
  let end = 0
  const kafka = {
    producer: () => ({
      connect: async () => {},
      disconnect: async () => {},
      async send({ messages }: { messages: Message[] }) {
        const bytes = messages.reduce((sum, { value }) => sum + (value as Buffer).length, 0)
        if (bytes > maxMessageBytes) throw new Error('MESSAGE_TOO_LARGE')
        sends.push(messages)
        if (sends.length <= silentSends) return []
        const baseOffset = end
        end += messages.length
        return [{ partition: 0, baseOffset: String(baseOffset) }]
      },
    }),
  } as unknown as Kafka
  let now = 0
  const producer = new IngressProducer({
    kafka,
    topic: 't',
    codec: {
      encode: (_: string, data: unknown) => Buffer.from(data as string),
      decode: () => ({ name: '', data: null }),
    },
    clock: { now: () => now },
    timers: {
      async sleep(ms) {
        now += ms
        return true
      },
    },
    logger: pino({ level: 'silent' }),
  })
  const append = (data: string) => producer.append({ partition: 0, key: 'k', name: 'n', data, headers: {} })
  return { append, sends, producer }
}

/** `await`s between an acknowledgement and the next append of whoever waited for it. */
test.each([0, 1, 2, 3, 4, 5])(
  'a command appended %i turns after an acknowledgement is sent by itself',
  async (turns) => {
    const { append, producer } = producerOf()
    await append('first')
    for (let turn = 0; turn < turns; turn += 1) await null
    const second = append('second')
    const sent = await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 200, 'never'))])
    expect(sent).toEqual({ offset: 1 })
    await producer.stop()
  },
)

test('a backlog goes out in batches that the broker takes, in order', async () => {
  const { append, sends, producer } = producerOf(1024 * 1024)
  const commands = Array.from({ length: 2_000 }, (_, n) => `${n}.`.padEnd(2_000, 'x'))
  const acknowledged = await Promise.all(commands.map(append))
  expect(acknowledged.map(({ offset }) => offset)).toEqual(commands.map((_, n) => n))
  expect(sends.flat().map(({ value }) => value?.toString())).toEqual(commands)
  expect(sends.length).toBeLessThan(10)
  await producer.stop()
})

test('a command that alone is larger than a batch should be goes alone', async () => {
  const { append, sends, producer } = producerOf()
  await Promise.all(['a', 'b'.repeat(800_000), 'c'].map(append))
  expect(sends.map((messages) => messages.length)).toEqual([1, 1, 1])
  await producer.stop()
})

test.each([
  ['half of each pause at the least', 0, [5, 10, 20, 40]],
  ['all of it at the most', 1, [10, 20, 40, 80]],
])('what the broker does not take is sent again, with growing pauses: %s', async (_, drawn, expected) => {
  const pauses: number[] = []
  let failures = 4
  const kafka = {
    producer: () => ({
      connect: async () => {},
      disconnect: async () => {},
      async send() {
        if (failures-- > 0) throw new Error('the broker is away')
        return [{ partition: 0, baseOffset: '7' }]
      },
    }),
  } as unknown as Kafka
  const producer = new IngressProducer({
    kafka,
    topic: 't',
    codec: { encode: () => Buffer.from('x'), decode: () => ({ name: '', data: null }) },
    clock: { now: () => 0 },
    timers: {
      async sleep(ms) {
        if (ms > 0) pauses.push(ms)
        return true
      },
    },
    random: { next: () => drawn },
    logger: pino({ level: 'silent' }),
  })
  expect(await producer.append({ partition: 0, key: 'k', name: 'n', data: '', headers: {} })).toEqual({ offset: 7 })
  expect(pauses).toEqual(expected)
  await producer.stop()
})

test('a send that says nothing of a partition has not appended to it: it is sent again', async () => {
  const { producer, sends } = producerOf(Number.POSITIVE_INFINITY, 1)
  expect(await producer.append({ partition: 0, key: 'k', name: 'n', data: 'd', headers: {} })).toEqual({ offset: 0 })
  expect(sends).toHaveLength(2)
})
