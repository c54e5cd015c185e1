import type { Admin, Consumer, ConsumerConfig, Kafka, Producer, ProducerConfig } from 'kafkajs'
import type { Network, SimProcess } from '../kernel/index.js'
import { ClientBroker } from './client-broker.js'
import { ClientCluster } from './client-cluster.js'
import type { KafkaServer } from './kafka-server.js'
import { kafkajsCode } from './kafkajs-code.js'

const silent = {
  namespace: () => silent,
  info() {},
  error() {},
  warn() {},
  debug() {},
  setLogLevel() {},
}

/** As `createKafka` of the platform sets them. */
const requestTimeoutMs = 10_000
const retry = { initialRetryTime: 5, maxRetryTime: 1_000, multiplier: 2, factor: 0.2, retries: 10 }

/** A kafkajs client of one simulated process: the real producer, consumer and admin over a simulated broker. */
export function simKafka({
  server,
  network,
  process,
}: {
  server: KafkaServer
  network: Network
  process: SimProcess
}): Kafka {
  const offsets = new Map<string, Record<string, Record<string, string>>>()
  const clusterOf = () =>
    new ClientCluster(new ClientBroker(server, network, process, requestTimeoutMs), retry, offsets)
  const kafka = {
    producer: (config: ProducerConfig = {}): Producer =>
      kafkajsCode.createProducer({
        ...config,
        retry: { ...retry, ...config.retry },
        logger: silent,
        cluster: clusterOf(),
      }),
    consumer: (config: ConsumerConfig): Consumer =>
      kafkajsCode.createConsumer({
        ...config,
        retry: { ...retry, ...(config.retry ?? { retries: 5 }) },
        logger: silent,
        cluster: clusterOf(),
        isolationLevel: config.readUncommitted ? 0 : 1,
        metadataMaxAge: 300_000,
      }),
    admin: (): Admin => kafkajsCode.createAdmin({ retry, logger: silent, cluster: clusterOf() }),
    logger: () => silent,
  }
  return kafka as unknown as Kafka
}
