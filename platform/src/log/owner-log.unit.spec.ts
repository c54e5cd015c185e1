import { describe, expect, test } from '@jest/globals'
import type { Kafka } from 'kafkajs'
import { IndefiniteAppendError, openOwnerLog } from './owner-log.js'

/** A producer whose records are there after so long; counts the commits that it was asked for. */
function slowKafka(tookMs: number) {
  let now = 0
  const asked = { commits: 0 }
  const transaction = {
    async send() {
      now += tookMs
      return [{ topicName: 'e', partition: 0, errorCode: 0, baseOffset: '7' }]
    },
    async commit() {
      asked.commits += 1
    },
  }
  const producer = { connect: async () => {}, disconnect: async () => {}, transaction: async () => transaction }
  const kafka = { producer: () => producer } as unknown as Kafka
  return { kafka, asked, clock: { now: () => now } }
}

const open = ({ kafka, clock }: ReturnType<typeof slowKafka>) =>
  openOwnerLog({ kafka, clock, transactionalId: 't', eventsTopic: 'e', parkedTopic: 'p', partition: 0 })
const records = [{ key: 'k', value: Buffer.from('v'), headers: {} }]

describe("an owner's append", () => {
  test('is committed', async () => {
    const slow = slowKafka(5_000)
    expect(await (await open(slow)).append(records)).toEqual({ baseOffset: 7 })
    expect(slow.asked.commits).toBe(1)
  })

  test('that has taken longer than 5 s is not: what was decided in time must not be done long after', async () => {
    const slow = slowKafka(5_001)
    await expect((await open(slow)).append(records)).rejects.toThrow(IndefiniteAppendError)
    expect(slow.asked.commits).toBe(0)
  })
})
