import { buildBatch, committedBatches, type RawEntry, type RawLog, recordsOf } from '@onsale/platform/raw-log'
import { CommandError } from '../command.js'
import type { BackedPartition } from './backup-files.js'
import { ContentDigest } from './content-digest.js'
import { backedRecords } from './read-chunks.js'

export interface RestorePartitionOptions {
  dir: string
  raw: RawLog
  /** With the environment's prefix. */
  topic: string
  partition: BackedPartition
  signal: AbortSignal
  onFound(offsets: number): void
  onRestored(offsets: number, bytes: number): void
}

/** One batch carries at most so much. */
const batchBytes = 500_000
/** Times in a batch are kept as differences of 32 bits. */
const mostApartMs = 2 ** 30
const fillerRecords = 20_000
/** A record of nothing: no key, no value, no headers. */
const nothing = Buffer.from([1, 1, 0])

/**
 * Brings a partition's records back to the offsets that they had. Where there is none, there was the end of a transaction (or one that
 * was given up): the end of an empty one takes its place, which nobody sees either. The log's end alone says how far it is, so it
 * can be cut off anywhere. @returns false where the signal aborted
 */
export async function restorePartition(options: RestorePartitionOptions): Promise<boolean> {
  const { dir, raw, topic, partition, signal } = options
  const of = { topic, partition: partition.partition }
  let { end: at, start } = await raw.ends(of)
  if (at > partition.end)
    throw new CommandError(
      `${topic}/${of.partition} ends at ${at}, in the backup at ${partition.end}: it is not empty`,
      2,
    )
  options.onFound(Math.max(0, at - partition.start))
  let pending: RawEntry[] = []
  let pendingBytes = 0
  let before: RawEntry | null = null

  const flush = async (): Promise<void> => {
    const [first] = pending
    if (!first) return
    const { baseOffset } = await raw.append(of, buildBatch(pending))
    if (baseOffset !== first.offset)
      throw new CommandError(`${topic}/${of.partition}: somebody else writes to it, at ${baseOffset}`)
    options.onRestored(pending.length, pendingBytes)
    at = first.offset + pending.length
    ;[pending, pendingBytes] = [[], 0]
  }
  const skipTo = async (offset: number): Promise<void> => {
    await flush()
    if (at < partition.start) await fill(Math.min(offset, partition.start))
    if (start < partition.start && at >= partition.start) {
      await raw.deleteBefore(of, partition.start)
      start = partition.start
    }
    for (; at < offset && !signal.aborted; at += 1) {
      await raw.appendMarker(of)
      options.onRestored(1, 0)
    }
  }
  /** What the broker had thrown away by age: so many offsets of nothing, thrown away in turn. */
  const fill = async (to: number): Promise<void> => {
    while (at < to && !signal.aborted) {
      const count = Math.min(fillerRecords, to - at)
      const records = Array.from({ length: count }, (_, n) => ({ offset: at + n, timestamp: 1, body: nothing }))
      await raw.append(of, buildBatch(records))
      at += count
    }
  }

  for await (const { records } of backedRecords(dir, partition, new ContentDigest())) {
    for (const record of records) {
      if (signal.aborted) return false
      if (record.offset < at) {
        before = record
        continue
      }
      if (before) await sameRecord(raw, of, before)
      before = null
      const last = pending.at(-1)
      const follows = last ? last.offset + 1 === record.offset : at === record.offset
      const apart = Math.abs(record.timestamp - (pending[0]?.timestamp ?? record.timestamp)) > mostApartMs
      if (!follows) await skipTo(record.offset)
      else if (apart || pendingBytes + record.body.length > batchBytes) await flush()
      pending.push(record)
      pendingBytes += record.body.length + 20
    }
  }
  if (before) await sameRecord(raw, of, before)
  await skipTo(partition.end)
  return !signal.aborted
}

/** What an earlier run has left is of this backup. */
async function sameRecord(raw: RawLog, of: { topic: string; partition: number }, wanted: RawEntry): Promise<void> {
  for (const { batch, counts } of committedBatches(
    await raw.fetch(of, wanted.offset, { maxBytes: 1_024 }),
    wanted.offset,
  ))
    for (const found of counts ? recordsOf(batch) : [])
      if (found.offset === wanted.offset && found.timestamp === wanted.timestamp && found.body.equals(wanted.body))
        return
  throw new CommandError(
    `${of.topic}/${of.partition} has something else at ${wanted.offset} than the backup: it is not empty`,
    2,
  )
}

/** What is in the log now, recounted. @returns null where the signal aborted */
export async function recountPartition(
  raw: RawLog,
  of: { topic: string; partition: number },
  { start, end }: { start: number; end: number },
  signal: AbortSignal,
  onRead: (offsets: number, bytes: number) => void,
): Promise<{ content: string; start: number; end: number } | null> {
  const content = new ContentDigest()
  const ends = await raw.ends(of)
  for (let at = start; at < end && at < ends.end; ) {
    if (signal.aborted) return null
    const from = at
    let bytes = 0
    for (const { batch, counts } of committedBatches(await raw.fetch(of, at, { maxBytes: 4 * 2 ** 20 }), at)) {
      if (counts) for (const record of recordsOf(batch)) content.add(record)
      at = batch.lastOffset + 1
      bytes += batch.bytes.length
    }
    if (at === from) break
    onRead(at - from, bytes)
  }
  return { content: content.end(), start: ends.start, end: ends.end }
}
