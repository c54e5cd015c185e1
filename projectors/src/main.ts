import type { Plan } from '@onsale/domain'
import { createCodec } from '@onsale/platform/codec'
import {
  httpVariables,
  kafkaVariables,
  loadConfig,
  processVariables,
  registryVariables,
  sqlPrimaryVariables,
} from '@onsale/platform/config'
import { createKafka, decodeJournal, PlanCatalog, startJournalReader, topicNames } from '@onsale/platform/log'
import { systemClock, systemRandom, systemTimers } from '@onsale/platform/ports'
import { openPool } from '@onsale/platform/sql'
import { createLogger, createMetrics, runService, startOpsServer } from '@onsale/platform/telemetry'
import { createProjectionMetrics } from './metrics.js'
import { partitionsOf } from './partitions.js'
import { projections } from './projections.js'
import { PlanUnknownError, ProjectionRuntime } from './runtime/index.js'
import { VenueProjector } from './venues/venue-projector.js'

const service = 'projectors'
const config = loadConfig({
  ...processVariables(service),
  ...kafkaVariables,
  ...registryVariables,
  ...sqlPrimaryVariables,
  ...httpVariables,
})
const logger = createLogger({ service, instance: config.instance, level: config.logLevel })

await runService(logger, async () => {
  const registry = createMetrics({ service, instance: config.instance })
  const topics = topicNames(config.env)
  const ports = { clock: systemClock, timers: systemTimers, random: systemRandom, logger }
  let runtime: ProjectionRuntime | null = null
  const ops = await startOpsServer({
    host: config.httpHost,
    port: config.httpPort,
    live: () => [],
    ready: () => runtime?.unready ?? ['waiting for kafka and the schema registry'],
    registry,
  })

  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: config.instance }, logger)
  const partitions = await partitionsOf(kafka, topics.events, systemTimers, logger)
  const codec = await createCodec({
    env: config.env,
    registryUrl: config.registryUrl,
    bundleFile: config.schemaBundle,
    logger,
  })

  const pool = openPool({
    url: config.sqlPrimaryUrl,
    connections: Math.min(32, projections.length * partitions.length + 1),
  })
  const venues: VenueProjector = new VenueProjector({
    ...ports,
    pool,
    topic: topics.plans,
    plan: (hash) => plans.get(hash),
  })
  const plans: PlanCatalog<Plan> = new PlanCatalog({
    kafka,
    topic: topics.plans,
    codec,
    logger,
    parse: (json) => JSON.parse(json) as Plan,
    onPlan: (arrival) => venues.arrived(arrival),
  })
  await plans.start()

  const projecting = new ProjectionRuntime({
    projections,
    topic: topics.events,
    partitions,
    decode: (record) => decodeJournal(codec, record),
    openReader: (reader) =>
      startJournalReader({ ...reader, kafka, topic: topics.events, name: `${config.env}.${service}`, logger }),
    env: {
      ...ports,
      pool,
      observer: createProjectionMetrics(registry, systemClock),
      plans: {
        plan(planHash) {
          const plan = plans.get(planHash)
          if (!plan) throw new PlanUnknownError(planHash)
          return plan
        },
        catchUp: () => plans.catchUp(),
      },
    },
  })
  projecting.start()
  runtime = projecting

  return {
    async stop() {
      await projecting.stop()
      await venues.stop()
      await plans.stop()
      await pool.end()
      await ops.stop()
    },
  }
})
