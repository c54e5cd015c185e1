import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Batch, BrokenBatchError, batchesIn, type RawEntry, recordsOf } from '@onsale/platform/raw-log'
import { CommandError } from '../command.js'
import { type BackedPartition, type Chunk, chunkName, digest } from './backup-files.js'
import type { ContentDigest } from './content-digest.js'

/** A file is not what was written, or not there. */
export class DamagedFileError extends CommandError {
  constructor(
    readonly file: string,
    what: string,
  ) {
    super(`${file} is damaged: ${what}`)
  }
}

/** What a chunk's bytes are; adds its records to the digest. @throws BrokenBatchError */
export function describeChunk(
  file: string,
  from: number,
  bytes: Buffer,
  content: ContentDigest,
): Chunk & { batches: Batch[] } {
  const batches = [...batchesIn(bytes)]
  const before = content.records
  let next = from
  for (const batch of batches) {
    if (batch.baseOffset < next && next !== from)
      throw new BrokenBatchError(`the batch at ${batch.baseOffset} comes late`)
    for (const record of recordsOf(batch)) content.add(record)
    next = batch.lastOffset + 1
  }
  const covered = batches.reduce((sum, batch) => sum + batch.bytes.length, 0)
  if (covered !== bytes.length) throw new BrokenBatchError(`it ends in the middle of a batch`)
  const records = content.records - before
  return { file, bytes: bytes.length, sha256: digest(bytes), records, from, to: next, batches }
}

/**
 * The chunks of a partition that an earlier run has left, one after the other as far as they are whole; hands on each.
 * @returns where copying goes on
 */
export async function chunksLeft(
  dir: string,
  { topic, partition, start }: { topic: string; partition: number; start: number },
  content: ContentDigest,
): Promise<{ chunks: Chunk[]; next: number }> {
  const there = new Set(await readdir(dir))
  const chunks: Chunk[] = []
  let next = start
  for (let file = chunkName(topic, partition, next); there.has(file); file = chunkName(topic, partition, next)) {
    const bytes = await readFile(join(dir, file))
    const { batches: _, ...chunk } = describeOrDamaged(join(dir, file), () => describeChunk(file, next, bytes, content))
    chunks.push(chunk)
    if (chunk.to <= next) throw new DamagedFileError(join(dir, file), 'it holds nothing')
    next = chunk.to
  }
  return { chunks, next }
}

/** The records of a partition, in order, each file checked against the manifest before any of it is given. @throws DamagedFileError */
export async function* backedRecords(
  dir: string,
  { chunks }: Pick<BackedPartition, 'chunks'>,
  content: ContentDigest,
): AsyncGenerator<{ chunk: Chunk; records: RawEntry[] }> {
  for (const chunk of chunks) {
    const path = join(dir, chunk.file)
    const bytes = await checkedFile(dir, chunk)
    const { batches, ...found } = describeOrDamaged(path, () => describeChunk(chunk.file, chunk.from, bytes, content))
    if (JSON.stringify(found) !== JSON.stringify(chunk)) throw new DamagedFileError(path, 'it holds other records')
    yield { chunk, records: batches.flatMap((batch) => [...recordsOf(batch)]) }
  }
}

/** @throws DamagedFileError */
export async function checkedFile(dir: string, { file, bytes, sha256 }: Pick<Chunk, 'file' | 'bytes' | 'sha256'>) {
  const path = join(dir, file)
  const found = await readFile(path).catch((error: Error) => {
    throw new DamagedFileError(path, error.message)
  })
  if (found.length !== bytes) throw new DamagedFileError(path, `${found.length} bytes instead of ${bytes}`)
  if (digest(found) !== sha256) throw new DamagedFileError(path, 'it does not have its checksum')
  return found
}

function describeOrDamaged<Result>(path: string, describe: () => Result): Result {
  try {
    return describe()
  } catch (error) {
    throw new DamagedFileError(path, (error as Error).message)
  }
}
