import { indexPlan, type Plan, type PlanIndex, showStreams } from '@onsale/domain'
import { createCodec } from '@onsale/platform/codec'
import {
  deciderVariables,
  httpVariables,
  kafkaVariables,
  loadConfig,
  processVariables,
  registryVariables,
} from '@onsale/platform/config'
import { createKafka, PlacementWatch, PlanCatalog, topicNames } from '@onsale/platform/log'
import { systemClock, systemIds, systemRandom, systemTimers } from '@onsale/platform/ports'
import {
  createLogger,
  createMetrics,
  type RunningService,
  runService,
  startOpsServer,
  withTracing,
} from '@onsale/platform/telemetry'
import { Decider } from './decider.js'
import { createOwnerMetrics } from './metrics.js'

const config = loadConfig({
  ...processVariables('decider'),
  ...kafkaVariables,
  ...registryVariables,
  ...httpVariables,
  ...deciderVariables,
})
const logger = createLogger({ service: 'decider', instance: config.instance, level: config.logLevel })

async function startDecider(): Promise<RunningService> {
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
  const decider = new Decider({
    env: config.env,
    instance: config.instance,
    kafka,
    topics,
    codec,
    streams: showStreams((planHash) => plans.get(planHash)),
    plans,
    placement: new PlacementWatch({ kafka, topic: topics.placement, logger }),
    clock: systemClock,
    timers: systemTimers,
    ids: systemIds,
    random: systemRandom,
    metrics,
    logger,
    standby: config.standby === 'on',
    snapshotRecords: config.snapshotRecords,
  })
  const ops = await startOpsServer({
    host: config.httpHost,
    port: config.httpPort,
    live: () => [],
    ready: () => decider.notReady,
    registry,
  })
  void decider.start()

  return {
    async stop() {
      await decider.stop()
      await ops.stop()
    },
  }
}

await runService(logger, () => withTracing({ service: 'decider', instance: config.instance }, logger, startDecider))
