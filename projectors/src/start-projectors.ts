import type { Plan } from '@onsale/domain'
import { createCodec } from '@onsale/platform/codec'
import { RedisLocks } from '@onsale/platform/locks'
import {
  createKafka,
  decodeJournal,
  PlanCatalog,
  startJournalReader,
  topicNames,
  tracedBatches,
} from '@onsale/platform/log'
import { systemClock, systemIds, systemRandom, systemTimers } from '@onsale/platform/ports'
import { openRedis } from '@onsale/platform/redis-views'
import { measurePools, openPool } from '@onsale/platform/sql'
import { createMetrics, type RunningService, startOpsServer } from '@onsale/platform/telemetry'
import type { Logger } from 'pino'
import type { ProjectorsConfig } from './config.js'
import { CheckpointHistory } from './history/checkpoint-history.js'
import { createProjectionMetrics } from './metrics.js'
import { MysqlStore } from './mysql/mysql-store.js'
import { readRecordsAt } from './parked/read-records-at.js'
import { partitionsOf, watchPartitions } from './partitions.js'
import { allProjections, projections } from './projections.js'
import { RedisStore } from './redis/redis-store.js'
import { ViewPointers } from './redis/view-pointers.js'
import { type AnyProjection, journalOf, largeLimits, PlanUnknownError, ProjectionRuntime } from './runtime/index.js'
import { VenueProjector } from './venues/venue-projector.js'
import { BuildLease, silenceMs } from './versions/build-lease.js'
import { createBuildMetrics, eitherObserver } from './versions/build-metrics.js'
import { BuildPace } from './versions/build-pace.js'
import { MeasuredDelay } from './versions/live-delay.js'
import { VersionFeeds } from './versions/version-feeds.js'
import { isFed } from './versions/version-rows.js'

/** A script that was not answered for so long has failed, for all we know. */
const redisMs = 5_000

/** Everything of the service on real servers. Says what it waits for; ready once every projection goes on. */
export async function startProjectors(
  config: ProjectorsConfig,
  logger: Logger,
  definitions: readonly AnyProjection[] = allProjections,
): Promise<RunningService & { opsPort: number }> {
  const registry = createMetrics()
  const topics = topicNames(config.env)
  const ports = { clock: systemClock, timers: systemTimers, random: systemRandom, logger }
  let runtime: VersionFeeds | null = null
  const ops = await startOpsServer({
    host: config.httpHost,
    port: config.httpPort,
    live: () => [],
    ready: () => runtime?.unready ?? ['waiting for kafka and the schema registry'],
    registry,
  })

  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: config.instance }, logger)
  const journals = [topics.events, topics.queue.events]
  const partitions = new Map<string, number[]>()
  for (const topic of journals) partitions.set(topic, await partitionsOf(kafka, topic, systemTimers, logger))
  const partitionsOfShows = () => partitions.get(topics.events) as number[]
  const codec = await createCodec({
    env: config.env,
    registryUrl: config.registryUrl,
    bundleFile: config.schemaBundle,
    logger,
  })

  const pool = openPool({
    url: config.sqlPrimaryUrl,
    connections: Math.min(32, projections.length * partitionsOfShows().length + 1),
  })
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

  const buildPool = openPool({ url: config.sqlPrimaryUrl, connections: Math.min(16, partitionsOfShows().length + 1) })
  measurePools(registry, { projections: pool, rebuild: buildPool })
  const delay = new MeasuredDelay(systemClock)
  const live = delay.watching(createProjectionMetrics(registry, systemClock))
  const history = new CheckpointHistory(buildPool, systemClock, systemTimers, logger)
  const building = createBuildMetrics(registry)
  // A build has connections of its own: it must not keep those waiting that feed what readers are shown.
  const redis = {
    live: openRedis({ url: config.redisUrl, timeoutMs: redisMs }),
    build: openRedis({ url: config.redisUrl, timeoutMs: redisMs }),
  }
  const redisStore = (of: 'live' | 'build') =>
    new RedisStore({
      redis: redis[of],
      env: config.env,
      timers: systemTimers,
      isFed: (id) => isFed(buildPool, id),
    })
  const stores = {
    sql: { live: store, build: new MysqlStore(buildPool) },
    redis: { live: redisStore('live'), build: redisStore('build') },
  }
  const pointers = new ViewPointers(redis.live, config.env)
  const open = (fed: AnyProjection[], pace: BuildPace | null) => {
    const topic = journalOf(fed[0] as AnyProjection, topics)
    return new ProjectionRuntime({
      projections: fed,
      topic,
      partitions: partitions.get(topic) as number[],
      decode: (record) => decodeJournal(codec, record),
      openReader: (reader) =>
        startJournalReader({
          ...reader,
          // A build reads what was traced long ago.
          onBatch: pace?.isBound ? reader.onBatch : tracedBatches(topic, reader.onBatch),
          kafka,
          topic,
          name: `${config.env}.projectors`,
          logger,
        }),
      readAt: (partition, offsets, signal) => readRecordsAt({ kafka, logger }, { topic, partition, offsets }, signal),
      env: {
        ...ports,
        store: stores[fed[0]?.keptIn ?? 'sql'][pace ? 'build' : 'live'],
        limits: pace ? largeLimits[fed[0]?.keptIn ?? 'sql'] : undefined,
        observer: history.watching(pace ? eitherObserver(() => (pace.isBound ? building : live)) : live),
        plans: {
          plan(planHash) {
            const plan = plans.get(planHash)
            if (!plan) throw new PlanUnknownError(planHash)
            return plan
          },
          catchUp: () => plans.catchUp(),
        },
      },
      ...(pace ? { pace } : {}),
    })
  }
  const openFeeds = () =>
    new VersionFeeds({
      pool: buildPool,
      definitions,
      open,
      async point({ projection, version }, definition) {
        if (definition.keptIn !== 'redis') return
        for (const partition of partitions.get(journalOf(definition, topics)) ?? [])
          await pointers.point(projection, partition, version).catch(() => {})
      },
      newPace: () => new BuildPace(delay, systemClock, systemTimers),
      lease: new BuildLease(buildPool, ports, `${config.instance}-${systemIds.uuid()}`),
      election: new RedisLocks({
        url: config.redisUrl,
        prefix: `onsale:${config.env}:rebuild:`,
        ttlMs: silenceMs,
        clock: systemClock,
        logger,
      }),
      timers: systemTimers,
      logger,
    })
  let feeds = openFeeds()
  feeds.start()
  history.start()
  runtime = feeds
  const stopping = new AbortController()
  let growing = Promise.resolve()
  const watching = journals.map((topic) =>
    watchPartitions(
      kafka,
      topic,
      (partitions.get(topic) as number[]).length,
      { ...ports, signal: stopping.signal },
      (all) => {
        growing = growing.then(async () => {
          // They go on at their checkpoints, with the partitions that were added.
          await feeds.stop()
          partitions.set(topic, all)
          feeds = openFeeds()
          feeds.start()
          runtime = feeds
        })
        return growing
      },
    ),
  )

  return {
    opsPort: ops.port,
    async stop() {
      stopping.abort()
      await Promise.all(watching)
      await feeds.stop()
      await history.stop()
      await venues.stop()
      await plans.stop()
      await Promise.all([pool.end(), buildPool.end()])
      for (const connection of Object.values(redis)) connection.disconnect()
      await ops.stop()
    },
  }
}
