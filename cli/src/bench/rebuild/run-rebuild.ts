import { canonicalPlan, type Plan } from '@onsale/domain'
import { startTestServers, suiteServers } from '@onsale/infra'
import { createCodec } from '@onsale/platform/codec'
import { createKafka, logEnds, openOwnerLog, PlanCatalog, startLogReader, topicNames } from '@onsale/platform/log'
import { systemClock, systemRandom, systemTimers } from '@onsale/platform/ports'
import { openPool } from '@onsale/platform/sql'
import { createLogger } from '@onsale/platform/telemetry'
import {
  listVersions,
  projections,
  projectorsConfig,
  seats,
  startProjectors,
  startRebuild,
  tableDigest,
  versionProgress,
} from '@onsale/projectors'
import { hall, writeJournal } from './long-journal.js'
import { upsertLimit } from './upsert-limit.js'

const projection = 'seats'

export interface RebuildBench {
  events: number
  mysqlEventsPerSecond: number
  rowsPerSecond: number
  upsertRowsPerSecond: number
  /** rowsPerSecond ÷ upsertRowsPerSecond */
  vsUpsertLimit: number
  consumedPerSecond: number
  /** mysqlEventsPerSecond ÷ consumedPerSecond */
  vsBareConsume: number
  /** Every row of the rebuilt version is that of the one before. */
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
    const consumedPerSecond = await bareConsume({ kafka, topic: topics.events, ends, logger })
    say(`consumed alone: ${Math.round(consumedPerSecond)} events/s`)

    const only = projections.filter(({ name }) => name === projection)
    const projectors = await startProjectors(config, logger, only)
    const lag = async (version: number) =>
      (await versionProgress(pool, { projection, version }, topics.events, ends)).lag
    const caughtUp = async (version: number) => {
      while ((await lag(version)) > 0) await systemTimers.sleep(50)
    }
    try {
      await caughtUp(1)
      say('the first version is there')
      const ports = { clock: systemClock, timers: systemTimers, random: systemRandom }
      const { version } = await startRebuild(pool, ports, only, {
        projection,
        revision: null,
        throttle: null,
        by: 'bench',
      })
      // The clock runs from the moment a projector is at it: it looks twice a second.
      const isTaken = async () =>
        (await listVersions(pool, projection)).some((it) => it.version === version && it.worker)
      while (!(await isTaken())) await systemTimers.sleep(5)
      const began = performance.now()
      await caughtUp(version)
      const seconds = (performance.now() - began) / 1_000
      const rows = await rowsWritten(projectors.opsPort)
      say(`rebuilt in ${seconds.toFixed(1)} s: ${rows} rows`)
      const upsertRowsPerSecond = await upsertLimit(pool, seats, version, rows, partitions.length)
      const tables = only.flatMap((it) => it.tables)
      const digests = async (of: number) =>
        JSON.stringify(await Promise.all(tables.map((it) => tableDigest(pool, it, of))))
      const mysqlEventsPerSecond = total / seconds
      return {
        events: total,
        mysqlEventsPerSecond: Math.round(mysqlEventsPerSecond),
        rowsPerSecond: Math.round(rows / seconds),
        upsertRowsPerSecond: Math.round(upsertRowsPerSecond),
        vsUpsertLimit: round(rows / seconds / upsertRowsPerSecond),
        consumedPerSecond: Math.round(consumedPerSecond),
        vsBareConsume: round(mysqlEventsPerSecond / consumedPerSecond),
        equal: (await digests(1)) === (await digests(version)),
      }
    } finally {
      await projectors.stop()
    }
  } finally {
    await admin.disconnect()
    await pool.end()
    await drop()
    await stopServers()
  }
}

/** What the client library gives, with nothing done with it. */
async function bareConsume({
  kafka,
  topic,
  ends,
  logger,
}: {
  kafka: ReturnType<typeof createKafka>
  topic: string
  ends: ReadonlyMap<number, { start: number; end: number }>
  logger: ReturnType<typeof createLogger>
}): Promise<number> {
  let count = 0
  let first = 0
  const left = new Map([...ends].map(([partition, { end }]) => [partition, end]))
  const done = Promise.withResolvers<void>()
  const reader = await startLogReader({
    ...{ kafka, topic, logger, name: 'bench-consume' },
    from: [...ends].map(([partition, { start }]) => ({ partition, offset: start })),
    async onBatch({ partition, records, nextOffset }) {
      first ||= performance.now()
      count += records.length
      if (nextOffset >= (left.get(partition) ?? 0)) left.delete(partition)
      if (left.size === 0) done.resolve()
    },
  })
  await done.promise
  const seconds = (performance.now() - first) / 1_000
  await reader.stop()
  return count / seconds
}

async function rowsWritten(opsPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text()
  const found = [...text.matchAll(/^onsale_rebuild_rows_total\{.*\} (\d+)$/gm)]
  return found.reduce((sum, [, rows]) => sum + Number(rows), 0)
}

const round = (ratio: number) => Math.round(ratio * 100) / 100
