import type { Plan } from '@onsale/domain'
import { TokenVerifier } from '@onsale/platform/auth'
import { createCodec } from '@onsale/platform/codec'
import { openAcceptLanes } from '@onsale/platform/http'
import { createKafka, PlacementWatch, PlanCatalog, topicNames, untilItWorks } from '@onsale/platform/log'
import { systemClock, systemIds, systemTimers } from '@onsale/platform/ports'
import { PresenceWriter } from '@onsale/platform/presence'
import { openRedis } from '@onsale/platform/redis-views'
import { createMetrics, type RunningService } from '@onsale/platform/telemetry'
import type { Logger } from 'pino'
import type { CommandApiConfig } from './config.js'
import { createApp } from './create-app.js'
import { Heartbeats } from './heartbeat/heartbeats.js'
import { Admission } from './ingress/admission.js'
import { CommandIngress } from './ingress/command-ingress.js'
import { IngressMetrics } from './ingress/ingress-metrics.js'
import { openContext } from './ingress/open-context.js'
import { QueueIngress } from './ingress/queue-ingress.js'
import { RoomKeys } from './queue/room-keys.js'

/** A heartbeat that Redis does not take in so long is not kept. */
const redisMs = 1_000

/** Everything of the service on real servers. Listens early, and is ready once commands can be taken and answered. */
export async function startCommandApi(
  config: CommandApiConfig,
  logger: Logger,
): Promise<RunningService & { url: string }> {
  const clock = systemClock
  const timers = systemTimers
  const ids = systemIds
  const { instance } = config
  const registry = createMetrics()
  const verifier = new TokenVerifier({
    jwksFile: config.jwksFile,
    issuer: config.tokenIssuer,
    audience: config.tokenAudience,
    clock,
    logger,
  })
  await verifier.start()
  const codec = await createCodec({
    env: config.env,
    registryUrl: config.registryUrl,
    bundleFile: config.schemaBundle,
    logger,
  })

  const topics = topicNames(config.env)
  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: instance }, logger)
  const admin = kafka.admin()
  const plans = new PlanCatalog<Plan>({
    kafka,
    topic: topics.plans,
    codec,
    logger,
    parse: (canonicalJson) => JSON.parse(canonicalJson) as Plan,
  })
  const metrics: IngressMetrics = new IngressMetrics(registry, () => shows.tail.waiting + rooms.tail.waiting)
  const admission = new Admission({ clock })
  metrics.watch(admission)
  const shared = { ...config, kafka, admin, codec, clock, timers, ids, logger, metrics, admission }
  const shows = openContext(CommandIngress, { ...shared, topics })
  const rooms = openContext(QueueIngress, { ...shared, topics: topics.queue, label: 'queue-' })
  const contexts = [shows, rooms]

  const placement = new PlacementWatch({ kafka, topic: topics.placement, logger })
  const redis = openRedis({ url: config.redisUrl, timeoutMs: redisMs })
  const presence = new PresenceWriter({ redis, env: config.env, clock, timers })
  presence.start()
  const keys = new RoomKeys({ ...config, clock })
  let stopping = false
  const ready = () => [
    ...(stopping ? ['stopping'] : []),
    ...(contexts.some(({ ingress }) => ingress.partitions === null) ? ['starting: waiting for kafka'] : []),
    ...(contexts.every(({ tail }) => tail.ready) ? [] : ['the answer tail has not caught up']),
  ]
  const app = await createApp({
    ...{ ingress: shows.ingress, queue: rooms.ingress, keys, heartbeats: new Heartbeats(presence, keys, clock) },
    ...{ plans, verifier, ids, live: () => [], ready, registry, logger },
  })
  const address = { host: config.httpHost, port: config.httpPort, reusePort: true }
  await app.listen(address)
  const url = (await app.getUrl()).replace('[::1]', 'localhost')
  const lanes = await openAcceptLanes(app.getHttpServer(), { ...address, port: Number(new URL(url).port) })
  logger.info({ url }, 'listening')

  const connecting = new AbortController()
  const waiting = { brokers: config.kafkaBrokers, timers, logger, signal: connecting.signal }
  const keepTrying = (step: () => Promise<void>) => untilItWorks(step, waiting)
  const connected = connect()

  async function connect(): Promise<void> {
    await keepTrying(() => admin.connect())
    await keepTrying(() => placement.start())
    await keepTrying(() => plans.start())
    for (const { steps } of contexts) for (const step of steps) await keepTrying(step)
    if (connecting.signal.aborted) return
    placement.onChange(() => void keepTrying(grow))
    await keepTrying(grow)
  }

  /** What was added is followed before anything is sent there. */
  async function grow(): Promise<void> {
    for (const context of contexts) await context.grow()
    const { newShows } = placement.current
    const count = shows.ingress.partitions ?? 0
    shows.ingress.newShows = newShows?.partitions.every((partition) => partition < count) ? newShows.partitions : null
  }

  return {
    url,
    async stop() {
      stopping = true
      // Requests under way get their answers: the tail and the producer outlive the server.
      await Promise.all([app.close(), lanes.close()])
      connecting.abort()
      await connected
      for (const context of contexts) await context.stop()
      await Promise.all([plans.stop(), placement.stop()])
      await presence.stop()
      redis.disconnect()
      await admin.disconnect()
    },
  }
}
