import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { StackConnection } from '@onsale/infra'
import { createKafka } from '@onsale/platform/log'
import { systemTimers } from '@onsale/platform/ports'
import { openRawLog } from '@onsale/platform/raw-log'
import { createLogger } from '@onsale/platform/telemetry'
import { CommandError } from '../command.js'
import { alone } from './alone.js'
import {
  type BackedPartition,
  type Cut,
  cutFile,
  digest,
  lockFile,
  type Manifest,
  manifestFile,
  openFolder,
  readCut,
  writeWhole,
} from './backup-files.js'
import { copyPartition } from './copy-partition.js'
import { decisionsFile, decisionsIn } from './decisions.js'
import { eachOf } from './each-of.js'
import { Progress } from './progress.js'
import { takeCut } from './take-cut.js'

export interface BackupOptions {
  dir: string
  chunkBytes: number
  /** Bytes a second at most; null: as fast as it goes. */
  throttle: number | null
  json: boolean
  signal: AbortSignal
}

export const schemasFile = 'schemas.json'
const atATime = 4

/** Copies the log of a running stack, or goes on with a copy that was begun. @returns null where it was interrupted */
export async function runBackup(connection: StackConnection, options: BackupOptions): Promise<Manifest | null> {
  const dir = resolve(options.dir)
  await openFolder(dir)
  return alone(`${dir}/${lockFile}`, () => backUp(connection, { ...options, dir }))
}

async function backUp({ env, variables }: StackConnection, options: BackupOptions): Promise<Manifest | null> {
  const { dir, json, chunkBytes } = options
  const logger = createLogger({ service: 'backup', instance: 'backup', level: 'silent' })
  const brokers = (variables.ONSALE_KAFKA_BROKERS ?? '').split(',')
  const admin = createKafka({ brokers, clientId: 'backup' }, logger).admin({ retry: { retries: 3 } })
  await admin.connect().catch((error: Error) => {
    throw new CommandError(`kafka does not answer: ${error.message}`, 2)
  })
  const raw = openRawLog({ admin, clientId: 'backup', timers: systemTimers })
  try {
    let cut = await readCut(dir)
    if (cut && cut.env !== env) throw new CommandError(`the backup in ${dir} is one of ${cut.env}, this is ${env}`, 2)
    if (!cut) {
      cut = await takeCut({ admin, raw }, { env, chunkBytes, variables })
      await writeWhole(dir, cutFile, asFile(cut))
    }
    const topics = await copyAll(cut, { ...options, raw })
    if (!topics) return null
    const files = [
      await store(dir, schemasFile, await readFile(variables.ONSALE_SCHEMA_BUNDLE ?? '')),
      await store(dir, decisionsFile, asFile(await decisionsIn(variables.ONSALE_SQL_PRIMARY_URL ?? ''))),
    ]
    const all = topics.flatMap(({ partitions }) => partitions)
    const manifest: Manifest = {
      ...cut,
      finishedAt: Date.now(),
      records: all.reduce((sum, { records }) => sum + records, 0),
      bytes: all.flatMap(({ chunks }) => chunks).reduce((sum, { bytes }) => sum + bytes, 0),
      topics,
      files,
    }
    await writeWhole(dir, manifestFile, asFile(manifest))
    if (json) process.stdout.write(`${JSON.stringify({ step: 'done', id: cut.id, dir })}\n`)
    return manifest
  } finally {
    await raw.close()
    await admin.disconnect()
  }
}

async function copyAll(
  cut: Cut,
  { dir, raw, throttle, json, signal }: BackupOptions & { raw: ReturnType<typeof openRawLog> },
) {
  const { env, chunkBytes } = cut
  const wanted = cut.topics.flatMap(({ topic, partitions }) => partitions.map((it) => ({ topic, ...it })))
  const total = wanted.reduce((sum, { start, end }) => sum + end - start, 0)
  const progress = new Progress('backup', total, json)
  const began = Date.now()
  let copied = 0
  const done = new Map<string, BackedPartition>()
  const failing = new AbortController()
  try {
    await eachOf(wanted, atATime, async (it) => {
      const partition = await copyPartition({
        ...{ ...it, dir, raw, env, chunkBytes },
        signal: AbortSignal.any([signal, failing.signal]),
        onFound: (offsets, bytes) => progress.found(offsets, bytes),
        async onCopied(offsets, bytes) {
          progress.add(offsets, bytes)
          copied += bytes
          const restMs = throttle === null ? 0 : (copied / throttle) * 1_000 - (Date.now() - began)
          if (restMs > 0) await systemTimers.sleep(restMs, signal)
        },
      })
      if (partition) done.set(`${it.topic}/${it.partition}`, partition)
    })
  } catch (error) {
    failing.abort()
    throw error
  } finally {
    progress.end()
  }
  if (done.size < wanted.length) return null
  return cut.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map(({ partition }) => done.get(`${topic}/${partition}`) as BackedPartition),
  }))
}

async function store(dir: string, file: string, bytes: Buffer) {
  await writeWhole(dir, file, bytes)
  return { file, bytes: bytes.length, sha256: digest(bytes) }
}

const asFile = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 1)}\n`)
