import { startTestServers, suiteServers } from '@onsale/infra'
import { createCodec } from '@onsale/platform/codec'
import {
  createKafka,
  header,
  logEnds,
  type OwnedRecord,
  openOwnerLog,
  ownerClaimedName,
  topicNames,
} from '@onsale/platform/log'
import { systemTimers } from '@onsale/platform/ports'
import { customerField, openRedis, ViewReader } from '@onsale/platform/redis-views'
import { createLogger } from '@onsale/platform/telemetry'
import { allProjections, projectorsConfig, RedisViews, startProjectors, viewProgress } from '@onsale/projectors'
import { recordName } from '@onsale/schemas'

const claim = '0193a3c2-0000-7000-8000-0000000000be'
const showId = '0.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f'
const projection = 'waiting_room'
const recordsAtOnce = 2_000
const reads = 20_000

export interface MillionEntries {
  entries: number
  positionP99Ms: number
  rebuildSeconds: number
  redisMiB: number
}

/** As query-api asks for one's own place. */
const position = {
  name: 'bench_position',
  lua: `local entry = redis.call('HGET', p .. 'who:' .. s .. ':' .. a[1], a[2])
    return {entry, redis.call('ZSCORE', p .. 'line:' .. s, entry), tostring(redis.call('ZRANK', p .. 'line:' .. s, entry))}`,
}

/** One room with so many who wait: what it takes in Redis, how long a place is looked up, how long the view takes to come back from the log. */
export async function runMillionEntries(entries: number, say: (line: string) => void): Promise<MillionEntries> {
  const stopServers = await startTestServers(say)
  const { variables, drop } = await suiteServers('bench-queue', { schemas: true, tables: true })
  const config = projectorsConfig({ ...variables, ONSALE_HTTP_PORT: '0', ONSALE_LOG_LEVEL: 'silent' })
  const logger = createLogger({ service: 'bench', instance: 'bench', level: 'silent' })
  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: 'bench' }, logger)
  const admin = kafka.admin()
  await admin.connect()
  const topics = topicNames(config.env).queue
  const { registryUrl, schemaBundle, env } = config
  const codec = await createCodec({ env, registryUrl, bundleFile: schemaBundle, logger })
  const redis = openRedis({ url: config.redisUrl, timeoutMs: 60_000 })
  const replica = openRedis({ url: variables.ONSALE_REDIS_REPLICA_URL ?? config.redisUrl, timeoutMs: 60_000 })
  try {
    const owner = await openOwnerLog({
      ...{ kafka, transactionalId: `${topics.events}.0`, eventsTopic: topics.events, parkedTopic: topics.parked },
      partition: 0,
    })
    let batch: OwnedRecord[] = [
      record(codec, ownerClaimedName, { claimId: claim, owner: 'bench', nextCommandOffset: 0, claimedAt: 0 }, null),
    ]
    let command = 0
    const add = async (name: string, data: object) => {
      batch.push(record(codec, name, { showId, ...data }, command))
      command += 1
      if (batch.length < recordsAtOnce) return
      await owner.append(batch)
      batch = []
      if (command % 200_000 < recordsAtOnce) say(`${command} events are in the log`)
    }
    const settings = { ratePerMinute: 1_200, slots: 150, admissionMs: 60_000, graceMs: 60_000, priorityPercent: 0 }
    const commitment = '0'.repeat(64)
    await add(recordName.RoomScheduled, { ...settings, commitment, lobbyFrom: 0, opensAt: 0, scheduledAt: 0 })
    await add(recordName.LobbyOpened, { openedAt: 0 })
    await add(recordName.DrawHeld, { seed: 's', lobbyDigest: commitment, entries: 0, heldAt: 0 })
    for (let entry = 0; entry < entries; entry += 1)
      await add(recordName.EntryJoined, {
        ...{
          entryId: `${showId}.${entry}`,
          customerId: customerOf(entry),
          lane: 'standard',
          place: entry,
          joinedAt: entry,
        },
      })
    if (batch.length > 0) await owner.append(batch)
    await owner.close()

    const ends = await logEnds(admin, topics.events)
    const views = new RedisViews(redis, env)
    const before = await usedMiB(redis)
    const projectors = await startProjectors(
      config,
      logger,
      allProjections.filter(({ name }) => name === projection),
    )
    try {
      const there = async () => {
        while ((await viewProgress(views, { projection, version: 1 }, ends)).lag > 0) await systemTimers.sleep(50)
      }
      await there()
      const redisMiB = (await usedMiB(redis)) - before
      say(`the view is there: ${redisMiB.toFixed(1)} MiB`)
      const reader = new ViewReader(replica, env)
      const read = async (entry: number) => {
        const { piece, field } = customerField(customerOf(entry))
        const found = await reader.read({ projection, partition: 0 }, showId, position, [piece, field])
        return found ? Number(`${found.result[2]}`) : -1
      }
      while ((await read(entries - 1)) !== entries - 1) await systemTimers.sleep(50)
      const times: number[] = []
      for (let n = 0; n < reads; n += 1) {
        const entry = (n * 7_919) % entries
        const began = performance.now()
        const ahead = await read(entry)
        times.push(performance.now() - began)
        if (ahead !== entry) throw new Error(`entry ${entry} is at ${ahead}`)
      }
      times.sort((a, b) => a - b)
      const wiped = performance.now()
      await redis.flushall('ASYNC')
      await there()
      const rebuildSeconds = (performance.now() - wiped) / 1_000
      while ((await read(entries - 1).catch(() => -1)) !== entries - 1) await systemTimers.sleep(50)
      return {
        entries,
        positionP99Ms: Math.round((times[Math.floor(reads * 0.99)] ?? 0) * 1_000) / 1_000,
        rebuildSeconds: Math.round(rebuildSeconds * 10) / 10,
        redisMiB: Math.round(redisMiB * 10) / 10,
      }
    } finally {
      await projectors.stop()
    }
  } finally {
    redis.disconnect()
    replica.disconnect()
    await admin.disconnect()
    await drop()
    await stopServers()
  }
}

/** As long as an id of a customer usually is. */
const customerOf = (entry: number) => `0193a3c2-7d1e-7c3b-9a52-${String(entry).padStart(12, '0')}`

function record(
  codec: Awaited<ReturnType<typeof createCodec>>,
  name: string,
  data: object,
  command: number | null,
): OwnedRecord {
  const own: Record<string, string> =
    command === null
      ? {}
      : {
          ...{ [header.subject]: showId, [header.streamVersion]: `${command + 1}` },
          ...{ [header.commandOffset]: `${command}`, [header.commandId]: `bench-${command}` },
        }
  return {
    key: null,
    value: codec.encode(name, data),
    headers: { [header.type]: name, [header.claimId]: claim, ...own },
  }
}

async function usedMiB(redis: { info(section: string): Promise<string> }): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1] ?? 0) / 2 ** 20
}
