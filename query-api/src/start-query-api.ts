import { TokenVerifier } from '@onsale/platform/auth'
import { topicNames } from '@onsale/platform/log'
import { systemClock, systemIds, systemTimers } from '@onsale/platform/ports'
import { CheckpointWatch, MysqlReplica } from '@onsale/platform/read-model'
import { openRedis, ViewReader } from '@onsale/platform/redis-views'
import { measurePools, openPool } from '@onsale/platform/sql'
import { createMetrics, type RunningService } from '@onsale/platform/telemetry'
import type { Logger } from 'pino'
import type { QueryApiConfig } from './config.js'
import { createApp } from './create-app.js'
import { LiveSeatMaps } from './live-seats/live-seat-maps.js'
import { createQueryMetrics } from './metrics.js'
import { RoomSigners } from './queue/room-signers.js'
import { Replica, RoomReplica } from './replica/replica.js'
import { ReplicaMonitor } from './replica/replica-monitor.js'
import { RoomFloors } from './rooms/room-floors.js'
import { RoomViews } from './rooms/room-views.js'
import { Acceptances } from './ticket-status/acceptances.js'

/** A seat map that Redis does not give in so long is read from the tables. */
const redisMs = 500

/** Everything of the service on real servers. Listens at once, and is ready once the replica can be read. */
export async function startQueryApi(config: QueryApiConfig, logger: Logger): Promise<RunningService & { url: string }> {
  const clock = systemClock
  const timers = systemTimers
  const registry = createMetrics()
  const verifier = new TokenVerifier({
    jwksFile: config.jwksFile,
    issuer: config.tokenIssuer,
    audience: config.tokenAudience,
    clock,
    logger,
  })
  await verifier.start()
  const pool = openPool({ url: config.sqlReplicaUrl, connections: 20 })
  // The watch has connections of its own: requests that fill the pool must not keep it from seeing that they can go on.
  const watchPool = openPool({ url: config.sqlReplicaUrl, connections: 2 })
  const watch = new CheckpointWatch(new MysqlReplica(watchPool), clock, timers)
  measurePools(registry, { requests: pool, watch: watchPool })
  const metrics = createQueryMetrics(registry, () => watch.waiting)
  const topics = topicNames(config.env)
  const { positionWaitMs } = config
  const reads = { replica: new MysqlReplica(pool), watch, clock, positionWaitMs, onWait: metrics.waited }
  const replica = new Replica({ ...reads, topics })
  const roomReplica = new RoomReplica({ ...reads, topics: { events: topics.queue.events, plans: topics.plans } })
  const monitor = new ReplicaMonitor(
    watchPool,
    timers,
    logger,
    metrics,
    // As command-api names the ends of the same journals.
    new Map([
      [topics.events, ''],
      [topics.queue.events, 'queue-'],
    ]),
  )
  monitor.start()
  const redis = openRedis({ url: config.redisReplicaUrl, timeoutMs: redisMs })
  const liveSeats = new LiveSeatMaps({
    reader: new ViewReader(redis, config.env),
    topic: topics.events,
    clock,
    shownElsewhere: (partition) => monitor.shown('seats', partition),
    onRead: metrics.seatMap,
  })
  const rooms = new RoomViews({
    reader: new ViewReader(redis, config.env),
    topic: topics.queue.events,
    floors: new RoomFloors(clock, (partition) => monitor.shown('room_command_status', partition)),
    ...{ clock, timers, positionWaitMs },
    onRead: metrics.room,
  })
  let stopping = false
  const app = await createApp({
    ...{ replica, roomReplica, rooms, clock },
    signers: new RoomSigners(config.admissionSecret, clock),
    liveSeats,
    acceptances: new Acceptances(config.acceptanceSecret, clock),
    verifier,
    timers,
    ids: systemIds,
    live: () => [],
    ready: () => (stopping ? ['stopping'] : monitor.unready),
    registry,
    logger,
  })
  await app.listen({ host: config.httpHost, port: config.httpPort })
  const url = (await app.getUrl()).replace('[::1]', 'localhost')
  logger.info({ url }, 'listening')
  return {
    url,
    async stop() {
      stopping = true
      // Requests under way get their answers.
      await app.close()
      await monitor.stop()
      await Promise.all([pool.end(), watchPool.end()])
      redis.disconnect()
    },
  }
}
