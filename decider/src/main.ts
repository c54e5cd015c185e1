import { indexPlan, type Plan, type PlanIndex, roomStreams, showStreams } from '@onsale/domain'
import { createCodec } from '@onsale/platform/codec'
import {
  admissionVariables,
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
import { hashes } from '@onsale/platform/waiting-room'
import { admissionVerifier } from './admission-verifier.js'
import { Decider, type DeciderOptions } from './decider.js'
import { createOwnerMetrics } from './metrics.js'
import { queueMetrics } from './queue-metrics.js'

const config = loadConfig({
  ...processVariables('decider'),
  ...kafkaVariables,
  ...registryVariables,
  ...httpVariables,
  ...deciderVariables,
  ...admissionVariables,
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
  const shared = {
    env: config.env,
    instance: config.instance,
    kafka,
    codec,
    clock: systemClock,
    timers: systemTimers,
    ids: systemIds,
    random: systemRandom,
    logger,
    standby: config.standby === 'on',
    snapshotRecords: config.snapshotRecords,
  }
  // An operator's wish is for shows and rooms alike: those of one partition number go together.
  const placement = () => new PlacementWatch({ kafka, topic: topics.placement, logger })
  const contexts: Record<string, () => DeciderOptions> = {
    reservation: () => ({
      ...{ ...shared, topics, groupId: `${config.env}.deciders`, metrics, plans },
      placement: placement(),
      streams: showStreams((planHash) => plans.get(planHash), admissionVerifier(config.admissionSecret)),
    }),
    queue: () => ({
      ...{ ...shared, topics: topics.queue, groupId: `${config.env}.queue-deciders` },
      ...{ metrics: queueMetrics(metrics), plans: noPlans, streams: roomStreams(hashes) },
      placement: placement(),
    }),
  }
  const deciders = config.contexts.map((context) => new Decider(contexts[context]!()))
  const ops = await startOpsServer({
    host: config.httpHost,
    port: config.httpPort,
    live: () => [],
    ready: () => deciders.flatMap(({ notReady }) => notReady),
    registry,
  })
  for (const decider of deciders) void decider.start()

  return {
    async stop() {
      await Promise.all(deciders.map((decider) => decider.stop()))
      await ops.stop()
    },
  }
}

/** A waiting room has no seating plan. */
const noPlans = { get: () => null, catchUp: async () => {}, start: async () => {}, stop: async () => {} }

await runService(logger, () => withTracing({ service: 'decider', instance: config.instance }, logger, startDecider))
