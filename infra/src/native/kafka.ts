import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { executable } from '../executables.js'
import { kafkaAnswers, kafkaCoordinates } from '../kafka-client.js'
import type { BrokerPlace } from '../layout.js'
import { checkoutRoot, inStack } from '../paths.js'
import type { ProcessSpec } from '../process/spec.js'
import { jmxAgent, kafkaVersion } from './jars.js'

// A short-lived broker on two cores: the first compiler alone starts faster, and one collector thread is enough.
const jvmFlags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto', '-Djava.awt.headless=true']

/** What a broker of ours has otherwise than Kafka's defaults, wherever it runs. */
export const brokerSettings = {
  'auto.create.topics.enable': false,
  // A decider that dies is noticed within a second or two, not after Kafka's least of six.
  'group.min.session.timeout.ms': 1000,
  'group.initial.rebalance.delay.ms': 0,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'log.cleaner.dedupe.buffer.size': 16_777_216,
  'num.network.threads': 2,
  'num.io.threads': 4,
}

/** What several brokers keep of each other's, as deployed: two of three have everything that was acknowledged. */
const replicated = (brokers: number) =>
  brokers < 3
    ? {}
    : {
        'offsets.topic.replication.factor': 3,
        'transaction.state.log.replication.factor': 3,
        'transaction.state.log.min.isr': 2,
        'share.coordinator.state.topic.replication.factor': 3,
        'share.coordinator.state.topic.min.isr': 2,
        'default.replication.factor': 3,
        'min.insync.replicas': 2,
        // So that a broker that is gone is gone for its followers and clients within seconds too.
        'broker.session.timeout.ms': 4_000,
        'replica.lag.time.max.ms': 5_000,
      }

/** Each node is broker and controller. Clients have a listener of their own where there is a link before the broker. */
const properties = (own: BrokerPlace, all: readonly BrokerPlace[], data: string) => {
  const listeners = [
    ['PLAINTEXT', own.port, own.port],
    ...(own.linked ? [['LINKED', own.linked.listen, own.linked.advertised] as const] : []),
  ] as const
  return {
    'process.roles': 'broker,controller',
    'node.id': own.id,
    'controller.quorum.voters': all.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(','),
    listeners: [
      ...listeners.map(([name, port]) => `${name}://127.0.0.1:${port}`),
      `CONTROLLER://127.0.0.1:${own.controllerPort}`,
    ].join(','),
    'advertised.listeners': listeners.map(([name, , port]) => `${name}://127.0.0.1:${port}`).join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,LINKED:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data,
    ...brokerSettings,
    ...replicated(all.length),
  }
}

export function kafka(
  dir: string,
  own: BrokerPlace,
  all: readonly BrokerPlace[],
  clusterId: string,
  libs: string,
  /** Where the broker's own metrics are told; null: nowhere. */
  metricsPort: number | null = null,
): ProcessSpec {
  const at = inStack(dir)
  const conf = at.conf(own.name)
  const data = at.data(own.name)
  const file = join(conf, 'server.properties')
  const broker = `127.0.0.1:${own.port}`
  const agent =
    metricsPort === null
      ? []
      : [`-javaagent:${jmxAgent()}=127.0.0.1:${metricsPort}:${join(checkoutRoot, 'infra/observe/kafka-jmx.yml')}`]
  const java = (heap: string[], ...args: string[]) => [
    ...heap,
    ...jvmFlags,
    `-Dlog4j2.configurationFile=${join(checkoutRoot, 'infra/native/kafka/log4j2.properties')}`,
    '-cp',
    join(libs, '*'),
    ...args,
  ]
  return {
    name: own.name,
    kind: 'server',
    command: executable('java'),
    args: java(['-Xms192m', '-Xmx512m', ...agent], 'kafka.Kafka', file),
    env: {},
    cwd: dir,
    url: broker,
    async prepare() {
      mkdirSync(conf, { recursive: true })
      mkdirSync(data, { recursive: true })
      const text = Object.entries(properties(own, all, data)).map(([key, value]) => `${key}=${value}\n`)
      writeFileSync(file, text.join(''))
      if (existsSync(join(data, 'meta.properties'))) return
      const format = ['kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', clusterId, '-c', file]
      await execa(executable('java'), java(['-Xmx256m'], ...format))
    },
    probe: () => kafkaAnswers(broker),
    settle: () => kafkaCoordinates(broker),
    version: async () => kafkaVersion,
    stopWithinMs: 20_000,
  }
}
