import { describe, expect, test } from '@jest/globals'
import { Kernel, Network } from '../kernel/index.js'
import { KafkaServer } from './kafka-server.js'
import { PartitionLog } from './partition-log.js'
import { simKafka } from './sim-kafka.js'
import { type KafkaUnderTest, kafkaContracts } from './testing/kafka-contract.js'

/** One contract in a run of its own. */
async function simulated(run: (it: KafkaUnderTest) => Promise<void>, seed: number): Promise<void> {
  const kernel = new Kernel({ seed })
  const network = new Network(kernel)
  const server = new KafkaServer({ kernel, topics: {} })
  let names = 0
  const body = kernel.process('test')
  // Its losses are its own: a second network to the same server.
  const bad = new Network(kernel)
  const losing = {
    get replies() {
      return bad.faults.replyLost > 0
    },
    set replies(on: boolean) {
      bad.faults = { ...bad.faults, replyLost: on ? 1 : 0 }
    },
  }
  const it: KafkaUnderTest = {
    kafka: () => simKafka({ server, network, process: body }),
    unreliable: () => ({ kafka: simKafka({ server, network: bad, process: body }), losing }),
    async topic(partitions) {
      const topic = it.name('topic')
      server.addTopic(topic, partitions)
      return topic
    },
    async trim(topic, partition, offset) {
      server.log(topic, partition).trim(offset)
    },
    name: (prefix) => `${prefix}-${++names}`,
    timers: body,
  }
  let outcome: { error?: unknown } | null = null
  body.start(() => {
    run(it).then(
      () => {
        outcome = {}
      },
      (error) => {
        outcome = { error }
      },
    )
  })
  await kernel.run(() => outcome !== null || kernel.now > 600_000)
  const ended = outcome as { error?: unknown } | null
  if (!ended) throw new Error('it did not end in ten simulated minutes')
  if (ended.error) throw ended.error
}

describe('the simulated Kafka keeps what the real one keeps', () => {
  test.each(kafkaContracts)('$name', async ({ run }) => {
    for (const seed of [1, 2, 3]) await simulated(run, seed)
  })
})

describe('PartitionLog', () => {
  test('a batch that comes again has the offset of the first; one out of order is refused', () => {
    const log = new PartitionLog('t', 0)
    const batch = { producerId: 1, epoch: 0, transactional: false, appendedAt: 1, messages: [{ value: 'a' }] }
    for (let n = 0; n < 6; n++) log.append({ ...batch, firstSequence: n })
    expect(log.append({ ...batch, firstSequence: 5 })).toEqual({ baseOffset: 5, again: true })
    expect(() => log.append({ ...batch, firstSequence: 0 })).toThrow('DUPLICATE_SEQUENCE_NUMBER')
    expect(() => log.append({ ...batch, firstSequence: 7 })).toThrow('OUT_OF_ORDER_SEQUENCE_NUMBER')
    expect(() => log.append({ ...batch, epoch: -1, firstSequence: 6 })).toThrow('INVALID_PRODUCER_EPOCH')
    expect(log.end).toBe(6)
  })
})
