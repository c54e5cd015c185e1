import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beginRestoredTopics, endRestoredTopics, RestoreRefusedError, type StackConnection } from '@onsale/infra'
import { parseBundle, restoreSchemas, SchemaConflictError } from '@onsale/platform/codec'
import { createKafka } from '@onsale/platform/log'
import { systemTimers } from '@onsale/platform/ports'
import { openRawLog, type RawLog } from '@onsale/platform/raw-log'
import { createLogger } from '@onsale/platform/telemetry'
import { CommandError } from '../command.js'
import { alone } from './alone.js'
import type { BackedPartition, Manifest } from './backup-files.js'
import { type Decisions, decisionsFile, readDecisions } from './decisions.js'
import { eachOf } from './each-of.js'
import { refuseUsedReadModels } from './empty-read-models.js'
import { Progress } from './progress.js'
import { recountPartition, restorePartition } from './restore-partition.js'
import { schemasFile } from './run-backup.js'
import { fingerprintOf } from './take-cut.js'

export interface RestoreOptions {
  dir: string
  /** Verified. */
  manifest: Manifest
  json: boolean
  /** Although the secrets are other ones. */
  otherSecret: boolean
  signal: AbortSignal
}

type Wanted = BackedPartition & { topic: string }
const atATime = 4

/** Brings a log back onto an empty system whose servers run. @returns what operators are to decide again; null where it was interrupted */
export async function runRestore(connection: StackConnection, options: RestoreOptions): Promise<Decisions | null> {
  const lock = join(connection.dir, 'restore.lock')
  return alone(lock, () => restore(connection, { ...options, dir: resolve(options.dir) }))
}

async function restore({ env, variables }: StackConnection, options: RestoreOptions): Promise<Decisions | null> {
  const { dir, manifest, signal, json } = options
  refuseOtherSystem(env, variables, options)
  await refuseUsedReadModels(variables)
  const logger = createLogger({ service: 'restore', instance: 'restore', level: 'silent' })
  const brokers = (variables.ONSALE_KAFKA_BROKERS ?? '').split(',')
  const admin = createKafka({ brokers, clientId: 'restore' }, logger).admin({ retry: { retries: 3 } })
  await admin.connect().catch((error: Error) => {
    throw new CommandError(`kafka does not answer: ${error.message}`, 2)
  })
  const raw = openRawLog({ admin, clientId: 'restore', timers: systemTimers })
  try {
    const wanted: Wanted[] = manifest.topics.flatMap(({ topic, partitions }) =>
      partitions.map((it) => ({ ...it, topic: `${env}.${topic}` })),
    )
    const most = Math.max(...manifest.topics.map(({ partitions }) => partitions.length))
    const topics = await refusing(beginRestoredTopics(admin, variables, most))
    await refuseFullTopics(raw, wanted, topics)
    const bundle = await readFile(join(dir, schemasFile), 'utf8')
    await refusing(
      restoreSchemas({
        registryUrl: variables.ONSALE_REGISTRY_URL ?? '',
        bundleFile: variables.ONSALE_SCHEMA_BUNDLE ?? '',
        bundle: parseBundle(join(dir, schemasFile), bundle),
        env,
      }),
    )
    const fill = async () =>
      (await fillAll(wanted, { dir, raw, signal, json })) && (await recountAll(wanted, raw, signal, json))
    const whole = await fill().catch(whileKafkaIsAway)
    if (!whole) return null
    await endRestoredTopics(admin, variables)
    return readDecisions(await readFile(join(dir, decisionsFile), 'utf8'))
  } finally {
    await raw.close()
    await admin.disconnect()
  }
}

interface Filling {
  dir: string
  raw: RawLog
  signal: AbortSignal
  json: boolean
}

async function fillAll(wanted: readonly Wanted[], { dir, raw, signal, json }: Filling): Promise<boolean> {
  const progress = new Progress('restore', offsetsOf(wanted), json)
  const failing = new AbortController()
  let whole = 0
  try {
    await eachOf(wanted, atATime, async (partition) => {
      const done = await restorePartition({
        ...{ dir, raw, partition, topic: partition.topic },
        signal: AbortSignal.any([signal, failing.signal]),
        onFound: (offsets) => progress.found(offsets, 0),
        onRestored: (offsets, bytes) => progress.add(offsets, bytes),
      }).catch((error: unknown) => {
        failing.abort()
        throw error
      })
      if (done) whole += 1
    })
  } finally {
    progress.end()
  }
  return whole === wanted.length
}

/** Reads all of it back: offsets, times and content as they were. */
async function recountAll(
  wanted: readonly Wanted[],
  raw: RawLog,
  signal: AbortSignal,
  json: boolean,
): Promise<boolean> {
  const progress = new Progress('recount', offsetsOf(wanted), json)
  let whole = 0
  try {
    await eachOf(wanted, atATime, async (it) => {
      const of = { topic: it.topic, partition: it.partition }
      const found = await recountPartition(raw, of, it, signal, (offsets, bytes) => progress.add(offsets, bytes))
      if (!found) return
      const { content, start, end } = found
      if (start !== it.start || end !== it.end || content !== it.content)
        throw new CommandError(
          `${it.topic}/${it.partition} is not what was backed up (${start} to ${end} instead of ${it.start} to ${it.end}, or another content): delete the topics and restore again`,
        )
      whole += 1
    })
  } finally {
    progress.end()
  }
  return whole === wanted.length
}

const offsetsOf = (wanted: readonly Wanted[]) => wanted.reduce((sum, { start, end }) => sum + end - start, 0)

function refuseOtherSystem(env: string, variables: Record<string, string>, { manifest, otherSecret }: RestoreOptions) {
  if (manifest.env !== env)
    throw new CommandError(
      `the backup is one of the environment ${manifest.env}, this is ${env}: its name is part of the log`,
      2,
    )
  if (otherSecret || manifest.secrets === fingerprintOf(variables)) return
  throw new CommandError(
    'ONSALE_KEY_SECRET or ONSALE_DRAW_SECRET is not that of the backup: requests sent again would be done twice, draws that are announced could not be held; bring the secrets back first, or say --other-secret',
    2,
  )
}

/** Topics that are as declared are those of a system: nothing is written into them, unless all of them are just what is to be restored. */
async function refuseFullTopics(raw: RawLog, wanted: readonly Wanted[], topics: Map<string, string>): Promise<void> {
  const full: Wanted[] = []
  let asBackedUp = true
  for (const it of wanted) {
    if (topics.get(it.topic) !== 'declared') continue
    const { end } = await raw.ends(it)
    if (end !== it.end) asBackedUp = false
    if (end > 0) full.push(it)
  }
  const [first] = full
  if (first && !asBackedUp)
    throw new CommandError(
      `this system is not empty: ${first.topic}/${first.partition} has records; restore needs an empty one`,
      2,
    )
}

/** A broker whose disk is full ends itself. What it has acknowledged is there, and is not written again. */
function whileKafkaIsAway(error: unknown): never {
  if (error instanceof CommandError) throw error
  throw new CommandError(
    `kafka takes no more: ${(error as Error).message}; is its disk full? (./onsale logs kafka, ./onsale doctor); once there is room the same command goes on`,
  )
}

async function refusing<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    throw error instanceof RestoreRefusedError || error instanceof SchemaConflictError
      ? new CommandError(error.message, 2)
      : error
  })
}
