import type { Codec } from '@onsale/platform/codec'
import { type ContextTopics, IngressProducer, logEnds, tracedProducer } from '@onsale/platform/log'
import type { Admin, Kafka } from 'kafkajs'
import { AnswerTail } from './answer-tail.js'
import type { CommandIngress, CommandIngressOptions } from './command-ingress.js'
import { kafkaAnswerLog } from './kafka-answer-log.js'
import { startCursors } from './start-cursors.js'
import { tracedTail } from './traced-tail.js'

export interface OpenContextOptions extends Omit<CommandIngressOptions, 'producer' | 'tail'> {
  kafka: Kafka
  admin: Admin
  codec: Codec
  topics: ContextTopics
  sqlReplicaUrl: string
  /** Before the number of a partition in metrics. */
  label?: string
}

/** The way of commands of one context over Kafka: to its topic, and back by its journal. Nothing is started yet. */
export function openContext<Ingress extends CommandIngress>(
  Way: new (options: CommandIngressOptions) => Ingress,
  options: OpenContextOptions,
) {
  const { kafka, admin, codec, topics, sqlReplicaUrl: sqlUrl, clock, timers, logger } = options
  const metrics = options.metrics.ofPartitions(options.label ?? '')
  let partitions: number[] = []
  const producer = new IngressProducer({ kafka, topic: topics.commands, codec, clock, logger })
  const start = () => startCursors({ sqlUrl, topic: topics.events, partitions, timers, logger })
  const log = kafkaAnswerLog({ kafka, admin, topic: topics.events, logger, metrics, start })
  const onBatch: ConstructorParameters<typeof AnswerTail>[0]['onBatch'] = (batch) => metrics.batch(batch)
  const tail = new AnswerTail({ log, codec, timers, logger, onBatch })
  const ingress = new Way({ ...options, producer: tracedProducer(producer, topics.commands), tail: tracedTail(tail) })
  /** Partitions are added to the commands last: then they are everywhere. */
  async function allPartitions(): Promise<number[]> {
    const [commands, events] = [await logEnds(admin, topics.commands), await logEnds(admin, topics.events)]
    if (commands.size > events.size)
      throw new Error(
        `${topics.commands} has ${commands.size} partitions, ${topics.events} ${events.size}: ./onsale partitions add completes it`,
      )
    return [...commands.keys()].sort((a, b) => a - b)
  }
  return {
    ingress,
    tail,
    /** To be done in this order, each until it works. */
    steps: [
      async () => {
        partitions = await allPartitions()
      },
      () => producer.start(),
      () => tail.start(),
    ],
    /** Takes commands, also for partitions that were added. */
    async grow() {
      const all = await allPartitions()
      tail.follow(all)
      ingress.partitions = all.length
    },
    async stop() {
      await producer.stop()
      await tail.stop()
    },
  }
}
