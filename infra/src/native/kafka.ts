import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { executable } from '../executables.js'
import { kafkaAnswers, kafkaCoordinates } from '../kafka-client.js'
import { checkoutRoot, inStack } from '../paths.js'
import type { Ports } from '../ports.js'
import type { ProcessSpec } from '../process/spec.js'
import { kafkaVersion } from './jars.js'

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

/** One node, broker and controller. */
const properties = (ports: Ports, data: string) => ({
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.quorum.voters': `1@127.0.0.1:${ports['kafka-controller']}`,
  listeners: `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports['kafka-controller']}`,
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.kafka}`,
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'log.dirs': data,
  ...brokerSettings,
})

export function kafka(dir: string, ports: Ports, clusterId: string, libs: string): ProcessSpec {
  const at = inStack(dir)
  const conf = at.conf('kafka')
  const data = at.data('kafka')
  const file = join(conf, 'server.properties')
  const broker = `127.0.0.1:${ports.kafka}`
  const java = (heap: string[], ...args: string[]) => [
    ...heap,
    ...jvmFlags,
    `-Dlog4j2.configurationFile=${join(checkoutRoot, 'infra/native/kafka/log4j2.properties')}`,
    '-cp',
    join(libs, '*'),
    ...args,
  ]
  return {
    name: 'kafka',
    kind: 'server',
    command: executable('java'),
    args: java(['-Xms192m', '-Xmx512m'], 'kafka.Kafka', file),
    env: {},
    cwd: dir,
    url: broker,
    async prepare() {
      mkdirSync(conf, { recursive: true })
      mkdirSync(data, { recursive: true })
      const text = Object.entries(properties(ports, data)).map(([key, value]) => `${key}=${value}\n`)
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
