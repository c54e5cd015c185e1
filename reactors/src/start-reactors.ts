import { indexPlan, type Plan, type PlanIndex } from '@onsale/domain'
import { createCodec } from '@onsale/platform/codec'
import { RedisLocks } from '@onsale/platform/locks'
import {
  createKafka,
  IngressProducer,
  PlanCatalog,
  topicNames,
  tracedProducer,
  untilItWorks,
} from '@onsale/platform/log'
import { systemClock, systemIds, systemTimers } from '@onsale/platform/ports'
import { PresenceReader } from '@onsale/platform/presence'
import { openRedis } from '@onsale/platform/redis-views'
import { createMetrics, type RunningService, startOpsServer } from '@onsale/platform/telemetry'
import { seedOf } from '@onsale/platform/waiting-room'
import type { Logger } from 'pino'
import type { ReactorsConfig } from './config.js'
import { leaseMs } from './controller/room-controller.js'
import { createReactorMetrics } from './metrics.js'
import { RoomReactors } from './room-reactors.js'

const redisMs = 1_000

/** Everything of the service on real servers. Says what it waits for; ready once it knows every room, and the shows of those that are not over. */
export async function startReactors(
  config: ReactorsConfig,
  logger: Logger,
): Promise<RunningService & { opsPort: number }> {
  const [clock, timers, ids] = [systemClock, systemTimers, systemIds]
  const registry = createMetrics()
  const topics = topicNames(config.env)
  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: config.instance }, logger)
  const admin = kafka.admin()
  const stopping = new AbortController()
  const waiting = { brokers: config.kafkaBrokers, timers, logger, signal: stopping.signal }
  const keepTrying = (step: () => Promise<void>) => untilItWorks(step, waiting)
  const unready: string[] = ['waiting for kafka and the schema registry']

  const metrics = createReactorMetrics(registry, {
    followed: () =>
      reactors.followed.map(({ partition, one }) => ({ partition, behind: one.behind, stopped: one.failure !== null })),
    controlled: () => reactors.controllers.inForce,
  })
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
  const producer = new IngressProducer({ kafka, topic: topics.queue.commands, codec, clock, logger })
  const redis = openRedis({ url: config.redisUrl, timeoutMs: redisMs })
  const locks = new RedisLocks({
    ...{ url: config.redisUrl, prefix: `onsale:${config.env}:controller:`, ttlMs: leaseMs, clock, logger },
  })
  const presence = new PresenceReader(redis, config.env)
  const { promise: failed, resolve: onFailed } = Promise.withResolvers<Error>()
  const reactors: RoomReactors = new RoomReactors({
    ...{ env: config.env, instance: config.instance, kafka, admin, topics, codec, plans, locks, presence },
    ...{ clock, timers, ids, logger, onFailed },
    producer: tracedProducer(producer, topics.queue.commands),
    seedOf: (showId) => seedOf(config.drawSecret, showId),
    nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
    onCommand: (type, outcome) => metrics.commands.inc({ type, outcome }),
    onIgnored: (partition, count) => metrics.ignored.inc({ partition }, count),
  })

  const ops = await startOpsServer({
    host: config.httpHost,
    port: config.httpPort,
    live: () => [],
    ready: () => [...unready, ...reactors.unready],
    registry,
  })

  const working = work()
  async function work(): Promise<void> {
    for (const step of [() => admin.connect(), () => producer.start(), () => plans.start()]) await keepTrying(step)
    while (!stopping.signal.aborted) {
      await keepTrying(() => reactors.follow())
      unready.length = 0
      await timers.sleep(followEveryMs, stopping.signal)
    }
  }

  return {
    opsPort: ops.port,
    failed,
    async stop() {
      unready.push('stopping')
      stopping.abort()
      // What was sent gets its answer; then another process may take the rooms.
      await reactors.controllers.stop()
      await working
      await Promise.all([reactors.stop(), producer.stop(), plans.stop(), locks.stop()])
      redis.disconnect()
      await admin.disconnect().catch(() => {})
      await ops.stop()
    },
  }
}

const followEveryMs = 500
