import { canonicalPlan, type Plan } from '@onsale/domain'
import { startTestServers, suiteServers } from '@onsale/infra'
import { createCodec } from '@onsale/platform/codec'
import { createKafka, logEnds, openOwnerLog, PlanCatalog, topicNames } from '@onsale/platform/log'
import { systemClock, systemRandom, systemTimers } from '@onsale/platform/ports'
import { openRedis } from '@onsale/platform/redis-views'
import { openPool } from '@onsale/platform/sql'
import { createLogger } from '@onsale/platform/telemetry'
import {
  allProjections,
  compareVersions,
  listVersions,
  projectorsConfig,
  RedisViews,
  seats,
  startProjectors,
  startRebuild,
  tableDigest,
  type Version,
  versionProgress,
  viewProgress,
} from '@onsale/projectors'
import { withKafkajs, withPlatformatic } from './consumers.js'
import { hall, writeJournal } from './long-journal.js'
import { upsertLimit } from './upsert-limit.js'

/** The largest of those in tables, and the one in Redis. */
const inSql = 'seats'
const inRedis = 'seat_map'

/** By then no build remembers how late the first versions were. */
const forgottenMs = 3_000

export interface RebuildBench {
  events: number
  mysqlEventsPerSecond: number
  rowsPerSecond: number
  upsertRowsPerSecond: number
  /** rowsPerSecond ÷ upsertRowsPerSecond */
  vsUpsertLimit: number
  redisEventsPerSecond: number
  /** What the client library gives with nothing done with it. */
  consumedPerSecond: number
  /** redisEventsPerSecond ÷ consumedPerSecond */
  vsBareConsume: number
  /** mysqlEventsPerSecond ÷ consumedPerSecond */
  mysqlVsBareConsume: number
  /** The same with @platformatic/kafka. */
  platformaticPerSecond: number
  /** Everything in the rebuilt versions is as in those before. */
  equal: boolean
}

/** Rebuilds the largest read model from a log of so many events, on servers of its own, the replica attached. */
export async function runRebuild(events: number, say: (line: string) => void): Promise<RebuildBench> {
  const stopServers = await startTestServers(say)
  const { variables, drop } = await suiteServers('bench-rebuild', { schemas: true, tables: true })
  const config = projectorsConfig({ ...variables, ONSALE_HTTP_PORT: '0', ONSALE_LOG_LEVEL: 'silent' })
  const logger = createLogger({ service: 'bench', instance: 'bench', level: 'silent' })
  const pool = openPool({ url: config.sqlPrimaryUrl, connections: 6 })
  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: 'bench' }, logger)
  const admin = kafka.admin()
  try {
    await admin.connect()
    const topics = topicNames(config.env)
    const { registryUrl, schemaBundle } = config
    const codec = await createCodec({ env: config.env, registryUrl, bundleFile: schemaBundle, logger })
    const plans = new PlanCatalog<Plan>({
      ...{ kafka, topic: topics.plans, codec, logger },
      parse: (json) => JSON.parse(json) as Plan,
    })
    await plans.start()
    const { planHash } = await plans.append({ name: hall.name, canonicalJson: canonicalPlan(hall) })
    await plans.stop()

    const partitions = [...(await logEnds(admin, topics.events)).keys()]
    let appended = 0
    const written = await Promise.all(
      partitions.map(async (partition) => {
        const owner = await openOwnerLog({
          kafka,
          transactionalId: `${topics.events}.${partition}`,
          eventsTopic: topics.events,
          parkedTopic: topics.parked,
          partition,
        })
        const share = Math.ceil(events / partitions.length)
        const count = await writeJournal(owner, codec, partition, planHash, share, (some) => {
          if (Math.floor((appended + some) / 100_000) > Math.floor(appended / 100_000))
            say(`${appended + some} events are in the log`)
          appended += some
        })
        await owner.close()
        return count
      }),
    )
    const total = written.reduce((sum, count) => sum + count, 0)
    const ends = await logEnds(admin, topics.events)
    const bare = { kafka, brokers: config.kafkaBrokers, topic: topics.events, ends, logger }
    const consumedPerSecond = await withKafkajs(bare)
    const platformaticPerSecond = await withPlatformatic(bare)
    say(
      `consumed alone: ${Math.round(consumedPerSecond)} events/s, with @platformatic/kafka ${Math.round(platformaticPerSecond)}`,
    )

    const only = allProjections.filter(({ name }) => name === inSql || name === inRedis)
    const redis = openRedis({ url: config.redisUrl, timeoutMs: 30_000 })
    const kept = {
      ...{ redis, env: config.env, partitions, topic: topics.events },
      views: new RedisViews(redis, config.env),
    }
    const projectors = await startProjectors(config, logger, only)
    const lag = async (projection: string, version: number) =>
      (projection === inRedis
        ? await viewProgress(kept.views, { projection, version }, ends)
        : await versionProgress(pool, { projection, version }, topics.events, ends)
      ).lag
    const caughtUp = async (projection: string, version: number) => {
      while ((await lag(projection, version)) > 0) await systemTimers.sleep(20)
    }
    const ports = { clock: systemClock, timers: systemTimers, random: systemRandom }
    const rebuild = async (projection: string) => {
      const request = { projection, revision: null, throttle: null, by: 'bench' }
      const { version } = await startRebuild(pool, ports, only, request)
      // The clock runs from the moment a projector is at it: it looks twice a second.
      const isTaken = async () =>
        (await listVersions(pool, projection)).some((it) => it.version === version && it.worker)
      while (!(await isTaken())) await systemTimers.sleep(5)
      const began = performance.now()
      const before = performance.eventLoopUtilization()
      await caughtUp(projection, version)
      const seconds = (performance.now() - began) / 1_000
      const { utilization } = performance.eventLoopUtilization(before)
      say(
        `${projection} rebuilt in ${seconds.toFixed(1)} s, its process busy for ${Math.round(utilization * 100)} % of it`,
      )
      return { version, seconds }
    }
    try {
      await caughtUp(inSql, 1)
      await caughtUp(inRedis, 1)
      say('the first versions are there')
      // They have just read a log that was written long before, which a build takes for readers who wait, and slows down.
      await systemTimers.sleep(forgottenMs)
      const { version, seconds } = await rebuild(inSql)
      const rows = await rowsWritten(projectors.opsPort, inSql)
      say(`${rows} rows were written`)
      const view = await rebuild(inRedis)
      const upsertRowsPerSecond = await upsertLimit(pool, seats, version, rows, partitions.length)
      const tables = only.flatMap((it) => it.tables)
      const digests = async (of: number) =>
        JSON.stringify(await Promise.all(tables.map((it) => tableDigest(pool, it, of))))
      const views = await listVersions(pool, inRedis)
      const found = await compareVersions(
        ...[pool, ports, only],
        [views.find((it) => it.version === 1), views.find((it) => it.version === view.version)] as [Version, Version],
        { patienceMs: 10_000, streams: 1, rows: 1 },
        kept,
      )
      const mysqlEventsPerSecond = total / seconds
      const redisEventsPerSecond = total / view.seconds
      return {
        events: total,
        mysqlEventsPerSecond: Math.round(mysqlEventsPerSecond),
        rowsPerSecond: Math.round(rows / seconds),
        upsertRowsPerSecond: Math.round(upsertRowsPerSecond),
        vsUpsertLimit: round(rows / seconds / upsertRowsPerSecond),
        redisEventsPerSecond: Math.round(redisEventsPerSecond),
        consumedPerSecond: Math.round(consumedPerSecond),
        vsBareConsume: round(redisEventsPerSecond / consumedPerSecond),
        mysqlVsBareConsume: round(mysqlEventsPerSecond / consumedPerSecond),
        platformaticPerSecond: Math.round(platformaticPerSecond),
        equal:
          (await digests(1)) === (await digests(version)) &&
          found.compared > 0 &&
          found.different.length + found.unsettled.length === 0,
      }
    } finally {
      await projectors.stop()
      for (const { version } of await listVersions(pool, inRedis))
        await kept.views.drop(inRedis, version, partitions).catch(() => {})
      redis.disconnect()
    }
  } finally {
    await admin.disconnect()
    await pool.end()
    await drop()
    await stopServers()
  }
}

async function rowsWritten(opsPort: number, projection: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text()
  const found = [...text.matchAll(/^onsale_rebuild_rows_total\{projection="(\w+)".*\} (\d+)$/gm)]
  return found.filter(([, of]) => of === projection).reduce((sum, [, , rows]) => sum + Number(rows), 0)
}

const round = (ratio: number) => Math.round(ratio * 100) / 100
