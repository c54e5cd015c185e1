import { type BackedPartition, type Manifest, readManifest } from './backup-files.js'
import { ContentDigest } from './content-digest.js'
import { Progress } from './progress.js'
import { backedRecords, checkedFile, DamagedFileError } from './read-chunks.js'

export interface Verified {
  manifest: Manifest
  /** Each file that is not what was written, and why. */
  damaged: { file: string; what: string }[]
}

/** Reads every file of a backup and recounts it. */
export async function verifyBackup(dir: string, json: boolean): Promise<Verified> {
  const manifest = await readManifest(dir)
  const partitions = manifest.topics.flatMap(({ topic, partitions }) => partitions.map((it) => ({ topic, ...it })))
  const progress = new Progress(
    'verify',
    partitions.reduce((sum, { start, end }) => sum + end - start, 0),
    json,
  )
  const damaged: Verified['damaged'] = []
  const check = async (work: () => Promise<unknown>): Promise<void> => {
    await work().catch((error: unknown) => {
      if (!(error instanceof DamagedFileError)) throw error
      damaged.push({ file: error.file, what: error.message })
    })
  }
  for (const file of manifest.files) await check(() => checkedFile(dir, file))
  for (const partition of partitions) await check(() => verifyPartition(dir, partition, progress))
  progress.end()
  return { manifest, damaged }
}

async function verifyPartition(
  dir: string,
  partition: BackedPartition & { topic: string },
  progress: Progress,
): Promise<void> {
  const { topic, start, end, records, content, chunks } = partition
  const found = new ContentDigest()
  let next = start
  for await (const { chunk } of backedRecords(dir, partition, found)) {
    if (chunk.from !== next)
      throw new DamagedFileError(`${dir}/${chunk.file}`, `what comes before it from ${next} on is missing`)
    progress.add(chunk.to - chunk.from, chunk.bytes)
    next = chunk.to
  }
  progress.add(end - next, 0)
  const name = `${dir}/${chunks.at(-1)?.file ?? 'manifest.json'}`
  if (next > end) throw new DamagedFileError(name, `${topic}/${partition.partition} goes beyond its cut`)
  if (found.records !== records || found.end() !== content)
    throw new DamagedFileError(name, `${topic}/${partition.partition} is not what the manifest says`)
}
