import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { CommandError } from '../command.js'

// What lies in a backup's folder. manifest.json is written last: without it the backup is not finished.

const format = 'onsale-backup-1'
const count = z.int().min(0)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const cutPartition = z.strictObject({
  partition: count,
  /** First offset that the log still had. */
  start: count,
  /** One past the last: where the cut is. */
  end: count,
})
const cutTopic = z.strictObject({
  /** Without the environment's prefix. */
  topic: z.string().regex(/^[a-z.-]{1,100}$/),
  partitions: z.array(cutPartition),
})
const cutSchema = z.strictObject({
  format: z.literal(format),
  id: z.uuid(),
  env: z.string(),
  takenAt: count,
  chunkBytes: z.int().min(1_024),
  /** SHA-256 of the secrets that the log hangs on: requests that are repeated, and draws that are announced. */
  secrets: sha256,
  topics: z.array(cutTopic),
})
/** Where the copy of each partition ends; written before anything is copied, and never changed. */
export type Cut = z.infer<typeof cutSchema>

const chunk = z.strictObject({
  file: z.string().regex(/^[a-z0-9.-]{1,160}$/),
  bytes: count,
  sha256,
  records: count,
  /** Offsets that it stands for: from one to before the other. */
  from: count,
  to: count,
})
const manifestSchema = cutSchema.extend({
  finishedAt: count,
  records: count,
  bytes: count,
  topics: z.array(
    cutTopic.extend({
      partitions: z.array(
        cutPartition.extend({
          records: count,
          /** SHA-256 over offset, time and content of every record, in order: the same for every copy of them. */
          content: sha256,
          chunks: z.array(chunk),
        }),
      ),
    }),
  ),
  files: z.array(z.strictObject({ file: z.string().regex(/^[a-z.-]{1,80}$/), bytes: count, sha256 })),
})
export type Manifest = z.infer<typeof manifestSchema>
export type Chunk = z.infer<typeof chunk>
export type BackedPartition = Manifest['topics'][number]['partitions'][number]

export const cutFile = 'cut.json'
export const manifestFile = 'manifest.json'
export const backupFormat = format

export const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** The name says where it begins: a chunk ends where the next one does. */
export const chunkName = (topic: string, partition: number, from: number): string =>
  `${topic}-${partition}-${String(from).padStart(20, '0')}.log`

/** Whole or not at all, and on the disk when it returns. @throws CommandError where the disk is full */
export async function writeWhole(dir: string, file: string, bytes: Buffer): Promise<void> {
  const part = join(dir, `${file}.part`)
  try {
    const handle = await open(part, 'w')
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(part, join(dir, file))
    const folder = await open(dir, 'r')
    await folder.sync().finally(() => folder.close())
  } catch (error) {
    await rm(part, { force: true })
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
      throw new CommandError(
        `no room for ${file} in ${dir}: the backup is not finished; make room, and the same command goes on with it`,
      )
    throw error
  }
}

/** @throws CommandError (2) where it can't be a folder for a backup */
export async function openFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true }).catch((error: Error) => {
    throw new CommandError(`${dir} cannot be made: ${error.message}`, 2)
  })
  const there = (await readdir(dir)).filter((name) => name !== lockFile && !name.startsWith(`${lockFile}.`))
  if (there.includes(manifestFile)) throw new CommandError(`${dir} holds a whole backup already`, 2)
  const nothing = there.every((name) => name === `${cutFile}.part`)
  if (!nothing && !there.includes(cutFile))
    throw new CommandError(`${dir} is not empty, and what it holds is no backup`, 2)
}
export const lockFile = 'lock'

export const readCut = (dir: string): Promise<Cut | null> => readJson(dir, cutFile, cutSchema)

/** @throws CommandError (2) where there is none */
export async function readManifest(dir: string): Promise<Manifest> {
  const manifest = await readJson(dir, manifestFile, manifestSchema)
  if (manifest) return manifest
  const begun = await readCut(dir)
  throw new CommandError(
    begun ? `the backup in ${dir} is not finished; ./onsale backup ${dir} goes on with it` : `${dir} holds no backup`,
    2,
  )
}

async function readJson<Shape>(dir: string, file: string, schema: z.ZodType<Shape>): Promise<Shape | null> {
  const text = await readFile(join(dir, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw new CommandError(`${join(dir, file)} cannot be read: ${error.message}`)
  })
  if (text === null) return null
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new CommandError(`${join(dir, file)} is damaged: it is no JSON`)
  }
  const read = schema.safeParse(json)
  if (read.success) return read.data
  const [first] = read.error.issues
  throw new CommandError(`${join(dir, file)} is damaged: ${first?.path.join('.')}: ${first?.message}`)
}
