import type { Plan } from '@onsale/domain'
import { createCodec } from '@onsale/platform/codec'
import { createKafka, decodeJournal, PlanCatalog, startJournalReader, topicNames } from '@onsale/platform/log'
import { systemClock, systemRandom, systemTimers } from '@onsale/platform/ports'
import { measurePools, openPool } from '@onsale/platform/sql'
import { createMetrics, type RunningService, startOpsServer } from '@onsale/platform/telemetry'
import type { Logger } from 'pino'
import type { ProjectorsConfig } from './config.js'
import { createProjectionMetrics } from './metrics.js'
import { MysqlStore } from './mysql/mysql-store.js'
import { readRecordsAt } from './parked/read-records-at.js'
import { partitionsOf } from './partitions.js'
import { projections } from './projections.js'
import { PlanUnknownError, ProjectionRuntime } from './runtime/index.js'
import { VenueProjector } from './venues/venue-projector.js'

/** Everything of the service on real servers. Says what it waits for; ready once every projection goes on. */
export async function startProjectors(
  config: ProjectorsConfig,
  logger: Logger,
): Promise<RunningService & { opsPort: number }> {
  const registry = createMetrics()
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
  measurePools(registry, { projections: pool })
  const store = new MysqlStore(pool)
  const venues: VenueProjector = new VenueProjector({
    ...ports,
    store,
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
      startJournalReader({ ...reader, kafka, topic: topics.events, name: `${config.env}.projectors`, logger }),
    readAt: (partition, offsets, signal) =>
      readRecordsAt({ kafka, logger }, { topic: topics.events, partition, offsets }, signal),
    env: {
      ...ports,
      store,
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
    opsPort: ops.port,
    async stop() {
      await projecting.stop()
      await venues.stop()
      await plans.stop()
      await pool.end()
      await ops.stop()
    },
  }
}
