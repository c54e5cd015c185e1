import { type Batch, committedBatches, OffsetOutOfRangeError, type RawLog } from '@onsale/platform/raw-log'
import { CommandError } from '../command.js'
import { type BackedPartition, type Chunk, chunkName, writeWhole } from './backup-files.js'
import { ContentDigest } from './content-digest.js'
import { chunksLeft, describeChunk } from './read-chunks.js'

export interface CopyOptions {
  dir: string
  raw: RawLog
  env: string
  topic: string
  partition: number
  start: number
  end: number
  chunkBytes: number
  signal: AbortSignal
  /** So much was there already. */
  onFound(offsets: number, bytes: number): void
  /** So much more is on the disk. */
  onCopied(offsets: number, bytes: number): Promise<void>
}

const fetchBytes = 4 * 1024 * 1024

/**
 * Copies a partition up to the cut, batch by batch as Kafka keeps them, into files whose limits follow from what is in the log alone: a
 * copy that was cut off and gone on with is the same, byte for byte. @returns null where the signal aborted
 */
export async function copyPartition(options: CopyOptions): Promise<BackedPartition | null> {
  const { dir, topic, partition, start, end, chunkBytes, signal } = options
  const content = new ContentDigest()
  const { chunks, next } = await chunksLeft(dir, options, content)
  const left = chunks.reduce((sum, { bytes }) => sum + bytes, 0)
  options.onFound(next - start, left)
  let from = next
  let held: Batch[] = []
  let heldBytes = 0
  const store = async (): Promise<void> => {
    const bytes = Buffer.concat(held.map((batch) => batch.bytes))
    const file = chunkName(topic, partition, from)
    const { batches: _, ...chunk } = describeChunk(file, from, bytes, content)
    await writeWhole(dir, file, bytes)
    chunks.push(chunk satisfies Chunk)
    await options.onCopied(chunk.to - from, chunk.bytes)
    ;[from, held, heldBytes] = [chunk.to, [], 0]
  }
  for (let at = next; at < end; ) {
    if (signal.aborted) return null
    for (const { batch, counts } of await fetched(options, at)) {
      at = batch.lastOffset + 1
      if (!counts || batch.baseOffset >= end) continue
      held.push(batch)
      heldBytes += batch.bytes.length
      if (heldBytes >= chunkBytes) await store()
    }
  }
  if (held.length > 0) await store()
  await options.onCopied(end - from, 0)
  return { partition, start, end, records: content.records, content: content.end(), chunks }
}

async function fetched({ raw, env, topic, partition }: CopyOptions, at: number) {
  const of = { topic: `${env}.${topic}`, partition }
  try {
    const found = [...committedBatches(await raw.fetch(of, at, { maxBytes: fetchBytes }), at)]
    if (found.length === 0) throw new CommandError(`${of.topic}/${partition} gives nothing at ${at}`)
    return found
  } catch (error) {
    if (!(error instanceof OffsetOutOfRangeError)) throw error
    throw new CommandError(
      `${of.topic}/${partition} has lost its beginning, up to ${at}, since the backup was begun: begin another one`,
    )
  }
}
