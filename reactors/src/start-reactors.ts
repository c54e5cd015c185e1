import { indexPlan, type Plan, type PlanIndex, type Rooms, roomStreams, type Shows, showStreams } from '@onsale/domain'
import { createCodec } from '@onsale/platform/codec'
import { RedisLocks } from '@onsale/platform/locks'
import { createKafka, IngressProducer, logEnds, PlanCatalog, topicNames, tracedProducer } from '@onsale/platform/log'
import { systemClock, systemIds, systemTimers } from '@onsale/platform/ports'
import { PresenceReader } from '@onsale/platform/presence'
import { openRedis } from '@onsale/platform/redis-views'
import { createMetrics, type RunningService, startOpsServer } from '@onsale/platform/telemetry'
import { hashes, seedOf } from '@onsale/platform/waiting-room'
import type { Logger } from 'pino'
import { CommandSender } from './commands/command-sender.js'
import type { ReactorsConfig } from './config.js'
import { LogClock } from './controller/log-clock.js'
import { leaseMs, RoomController } from './controller/room-controller.js'
import { RoomControllers } from './controller/room-controllers.js'
import { FollowedJournal } from './journal/followed-journal.js'
import { hasLiveRoom } from './journal/touched.js'
import { createReactorMetrics } from './metrics.js'
import { ShowStock } from './stock/show-stock.js'

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
  const unready: string[] = ['waiting for kafka and the schema registry']

  const followed = () => [
    ...rooms.followed.map(([partition, one]) => ({ partition: `queue-${partition}`, one })),
    ...shows.followed.map(([partition, one]) => ({ partition: `reservation-${partition}`, one })),
  ]
  const metrics = createReactorMetrics(registry, {
    followed: () =>
      followed().map(({ partition, one }) => ({ partition, behind: one.behind, stopped: one.failure !== null })),
    controlled: () => controllers.inForce,
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
  const logClock = new LogClock(clock)
  const sender = new CommandSender({
    ...{ producer: tracedProducer(producer, topics.queue.commands), clock, timers, ids },
    onAnswer(type, answer, sentAt) {
      metrics.commands.inc({ type, outcome: answer?.reason ?? answer?.type ?? 'unanswered' })
      if (answer) logClock.saw(sentAt, answer.time)
    },
  })
  const redis = openRedis({ url: config.redisUrl, timeoutMs: redisMs })
  const locks = new RedisLocks({
    ...{ url: config.redisUrl, prefix: `onsale:${config.env}:controller:`, ttlMs: leaseMs, clock, logger },
  })
  const presence = new PresenceReader(redis, config.env)
  const controllerId = `${config.instance}-${ids.uuid()}`
  const stocks = new Map<number, ShowStock>()
  const partitionOfShow = (showId: string) => Number(showId.split('.')[0])
  const controllers = new RoomControllers(
    (showId, held) =>
      new RoomController({
        ...{ showId, controllerId, rooms: held, sender, locks, presence, logClock, timers, logger },
        stock: () => readyStock(partitionOfShow(showId)),
        seed: seedOf(config.drawSecret, showId),
      }),
  )
  const readyStock = (partition: number) => (shows.get(partition)?.isReady ? (stocks.get(partition) ?? null) : null)

  const { promise: failed, resolve: onFailed } = Promise.withResolvers<Error>()
  const shared = { kafka, admin, codec, logger, name: `${config.env}.reactors`, onFailed }
  const onIgnored = (label: string) => (count: number, partition: number) =>
    metrics.ignored.inc({ partition: `${label}-${partition}` }, count)
  const rooms: FollowedJournal<Rooms> = new FollowedJournal({
    ...{ ...shared, topic: topics.queue.events, streams: roomStreams(hashes), onIgnored: onIgnored('queue') },
    catchUpPlans: async () => {},
    onRecord: (_, record) => sender.see(record),
    onTouched(partition, showIds) {
      sender.settle()
      const one = rooms.get(partition)
      if (one?.isReady) controllers.touched(showIds, one.streams)
    },
  })
  const shows: FollowedJournal<Shows> = new FollowedJournal({
    ...{ ...shared, topic: topics.events, streams: showStreams((hash) => plans.get(hash)) },
    onIgnored: onIgnored('reservation'),
    catchUpPlans: () => plans.catchUp(),
    onRecord(partition, record) {
      const known = rooms.get(partition)?.streams.get(record.subject ?? '')?.state.stock
      stocks.get(partition)?.take(record, known?.showVersion ?? 0)
    },
    onTouched: (_, showIds) => controllers.touched(showIds, null),
  })

  const ops = await startOpsServer({
    host: config.httpHost,
    port: config.httpPort,
    live: () => [],
    ready: () => [...unready, ...rooms.unready('queue'), ...shows.unready('reservation')],
    registry,
  })

  const working = work()
  async function work(): Promise<void> {
    for (const step of [() => admin.connect(), () => producer.start(), () => plans.start()]) await untilItWorks(step)
    while (!stopping.signal.aborted) {
      await untilItWorks(follow)
      unready.length = 0
      await timers.sleep(followEveryMs, stopping.signal)
    }
  }

  /** New partitions, and those whose first room has come: a partition without rooms costs nothing but its queue's silence. */
  async function follow(): Promise<void> {
    const all = [...(await logEnds(admin, topics.queue.events)).keys()]
    await rooms.follow(all)
    const needed = rooms.followed.flatMap(([partition, one]) =>
      one.isReady && hasLiveRoom(one.streams) ? [partition] : [],
    )
    for (const partition of needed) {
      if (stocks.has(partition)) continue
      stocks.set(partition, new ShowStock(() => shows.get(partition)!.streams))
    }
    await shows.follow(needed)
    for (const [, one] of rooms.followed) if (one.isReady) controllers.touched(liveShows(one.streams), one.streams)
  }

  /** What the service waits for it says, then goes on. */
  async function untilItWorks(step: () => Promise<void>): Promise<void> {
    for (let pauseMs = 200; !stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      try {
        return await step()
      } catch (error) {
        logger.warn({ err: error, brokers: config.kafkaBrokers }, 'waiting for kafka')
        await timers.sleep(pauseMs, stopping.signal)
      }
    }
  }

  return {
    opsPort: ops.port,
    failed,
    async stop() {
      unready.push('stopping')
      stopping.abort()
      // What was sent gets its answer; then another process may take the rooms.
      await controllers.stop()
      await working
      await Promise.all([rooms.stop(), shows.stop(), producer.stop(), plans.stop(), locks.stop()])
      redis.disconnect()
      await admin.disconnect().catch(() => {})
      await ops.stop()
    },
  }
}

const followEveryMs = 500
const liveShows = (rooms: Rooms): string[] => rooms.set.inOrder().map(([showId]) => showId)
