import { header, ownerClaimedName } from '../log/index.js'
import type { RawLog, RawPartition } from './raw-log.js'
import { committedBatches, recordsOf } from './record-batch.js'
import { contentOf, headerOf, type RecordContent } from './record-content.js'

export interface LatestClaim {
  claimId: string
  /** Of the record OwnerClaimed. */
  offset: number
  /** Broker's time, UTC ms. */
  appendedAt: number
  value: Buffer
}

interface Seen extends RecordContent {
  offset: number
  timestamp: number
  claimId: string | null
}

const windowBytes = 64 * 1024
/** First look back from the end, in offsets. */
const firstLook = 64

/**
 * The claim in force at the end of a partition of the journal. A record says under which claim it was written, so where a claim begins
 * is found by halving: some twenty small reads, however long the journal is.
 */
export async function latestClaim(log: RawLog, of: RawPartition): Promise<LatestClaim | null> {
  const { start, committed } = await log.ends(of)
  const tail = await lookBack(log, of, start, committed, ({ claimId }) => claimId !== null)
  const newest = new Map(tail.flatMap((record) => (record.claimId === null ? [] : [[record.claimId, record] as const])))
  const found = await Promise.all([...newest.values()].map((record) => claimOf(log, of, record, start)))
  return found.filter((it) => it !== null).sort((a, b) => b.offset - a.offset)[0] ?? null
}

/** Offset of the last command that the partition of the journal answers; -1: none. */
export async function lastAnswered(log: RawLog, of: RawPartition): Promise<number> {
  const { start, committed } = await log.ends(of)
  const answers = (it: RecordContent) => headerOf(it, header.commandOffset)
  const tail = await lookBack(log, of, start, committed, (it) => answers(it) !== null)
  return Math.max(-1, ...tail.map((it) => Number(answers(it) ?? -1)))
}

/** The last records: as many as it takes until one is wanted. */
async function lookBack(
  log: RawLog,
  of: RawPartition,
  start: number,
  end: number,
  wanted: (record: Seen) => boolean,
): Promise<Seen[]> {
  for (let look = firstLook; ; look *= 4) {
    const from = Math.max(start, end - look)
    const seen: Seen[] = []
    for (let at = from; at < end; ) {
      const { records, next } = await read(log, of, at)
      if (next === at) break
      seen.push(...records)
      at = next
    }
    if (seen.some(wanted) || from === start) return seen
  }
}

/** The claim under which `known` was written. */
async function claimOf(log: RawLog, of: RawPartition, known: Seen, start: number): Promise<LatestClaim | null> {
  let best = known
  for (let low = start, high = known.offset; low < high; ) {
    const middle = Math.floor((low + high) / 2)
    let { records, next } = await read(log, of, middle)
    // Nothing but markers there: what comes next counts.
    while (records.length === 0 && next < high) ({ records, next } = await read(log, of, next))
    const match = records.find(({ claimId }) => claimId === known.claimId)
    if (match && match.offset < best.offset) best = match
    if (match || records.length === 0) high = middle
    else low = Math.max(next, middle + 1)
  }
  if (headerOf(best, header.type) !== ownerClaimedName) return null
  const { claimId, offset, timestamp, value } = best
  return { claimId: claimId as string, offset, appendedAt: timestamp, value: value ?? Buffer.alloc(0) }
}

async function read(log: RawLog, of: RawPartition, from: number): Promise<{ records: Seen[]; next: number }> {
  const fetched = await log.fetch(of, from, { maxBytes: windowBytes })
  const records: Seen[] = []
  let next = from
  for (const { batch, counts } of committedBatches(fetched, from)) {
    next = batch.lastOffset + 1
    if (!counts) continue
    for (const { offset, timestamp, body } of recordsOf(batch)) {
      if (offset < from) continue
      const content = contentOf(body)
      records.push({ ...content, offset, timestamp, claimId: headerOf(content, header.claimId) })
    }
  }
  return { records, next }
}
