import { indexPlan, type Plan, type PlanIndex } from '@onsale/domain'
import { createCodec } from '@onsale/platform/codec'
import { httpVariables, kafkaVariables, loadConfig, processVariables, registryVariables } from '@onsale/platform/config'
import { createKafka, PartitionGroup, PlanCatalog, topicNames } from '@onsale/platform/log'
import { systemClock, systemIds, systemRandom, systemTimers } from '@onsale/platform/ports'
import { createLogger, createMetrics, runService, startOpsServer } from '@onsale/platform/telemetry'
import { kafkaOwnerPorts } from './kafka-ports.js'
import { createOwnerMetrics } from './metrics.js'
import { Owners } from './owners.js'
import { PartitionOwner } from './partition-owner.js'

const config = loadConfig({ ...processVariables('decider'), ...kafkaVariables, ...registryVariables, ...httpVariables })
const logger = createLogger({ service: 'decider', instance: config.instance, level: config.logLevel })

await runService(logger, async () => {
  const registry = createMetrics()
  const metrics = createOwnerMetrics(registry)
  const topics = topicNames(config.env)
  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: config.instance }, logger)
  const codec = await createCodec({
    env: config.env,
    registryUrl: config.registryUrl,
    bundleFile: config.schemaBundle,
    logger,
  })
  const plans = new PlanCatalog<PlanIndex>({
    kafka,
    topic: topics.plans,
    codec,
    logger,
    parse: (json) => indexPlan(JSON.parse(json) as Plan),
  })
  const admin = kafka.admin()
  const owners = new Owners(
    (partition) =>
      new PartitionOwner({
        partition,
        instance: config.instance,
        ports: kafkaOwnerPorts({
          kafka,
          admin,
          group,
          env: config.env,
          topics,
          partition,
          logger,
          onIgnored: (count) => metrics.staleIgnored.inc({ partition }, count),
        }),
        codec,
        plans,
        clock: systemClock,
        timers: systemTimers,
        ids: systemIds,
        random: systemRandom,
        metrics,
        logger,
      }),
  )
  const group: PartitionGroup = new PartitionGroup({
    kafka,
    topic: topics.commands,
    groupId: `${config.env}.deciders`,
    logger,
    onAssigned: (partition) => owners.assigned(partition),
    onRevoked(partition) {
      logger.info({ partition }, 'the partition went to another decider')
      owners.revoked(partition)
    },
  })

  const notReady = () => [
    ...(group.isMember ? [] : ['not in the group of deciders']),
    ...[...owners]
      .filter(([, { phase }]) => phase !== 'serving')
      .map(([partition, { phase }]) => `partition ${partition} is ${phase}`),
  ]
  const ops = await startOpsServer({
    host: config.httpHost,
    port: config.httpPort,
    live: () => [],
    ready: notReady,
    registry,
  })
  await admin.connect()
  await plans.start()
  await plans.catchUp()
  group.start()

  return {
    async stop() {
      // Owners first: their last commit is whole before the group gives the partitions to others.
      await owners.stop()
      await group.stop()
      await Promise.all([plans.stop(), admin.disconnect(), ops.stop()])
    },
  }
})
