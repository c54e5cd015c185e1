import type { JournalRecord } from '@onsale/platform/log'
import type { ChangeBatch } from './change-batch.js'
import { type Break, type BreakReason, checkCommands, checkStream, type RecordFacts, streamOf } from './continuity.js'
import {
  type AnyProjection,
  type Handler,
  type HandlerContext,
  type JournalTypes,
  PlanUnknownError,
} from './projection.js'

/** A counted record after decoding: the event, or why there is none and what the headers say. */
export type Decoded =
  | { offset: number; claimId: string; event: JournalRecord }
  | { offset: number; claimId: string; event: null; facts: RecordFacts; failure: Error }

export type StopReason =
  | BreakReason
  | 'undecodable'
  | 'handler-failed'
  | 'plan-unknown'
  | 'row-missing'
  | 'rows-refused'

/** What an event cannot be applied for, and where. It parks the event's stream; where there is none, it stops the partition. */
export interface Stop {
  reason: StopReason
  detail: string
  offset: number
  subject: string | null
  /** Events known to be missing before this one. */
  missing: number
}

/** An event that is not applied now: the one that parks its stream, or a later one of the same stream. */
export interface Parked {
  offset: number
  claimId: string
  stream: string
  streamVersion: number | null
  name: string | null
  /** Why its stream is parked from here on; null where that was so before. */
  stop: Stop | null
}

export interface Folded {
  rows: ChangeBatch
  /** How many of the records were applied or parked. */
  count: number
  /** Those applied, their offsets. */
  applied: number[]
  parked: Parked[]
  commandOffset: number | null
  /** Streams that went on, with their versions after the fold. */
  versions: Map<string, number>
  /** What stopped the fold at record `count`; null where it came to the end or to the limit. */
  stop: Stop | null
}

/** Where a projection stands. */
export interface FoldFrom {
  /** Offset of the command answered last; null before the first. Unchecked in a redrive: there it was checked when they were parked. */
  commandOffset: number | null | 'unchecked'
  /** Last version seen of each stream; a stream without an entry has not been seen. */
  streamVersions: ReadonlyMap<string, number>
  /** Versions that an operator dropped, of streams that have not gone on since. */
  mayFollow: ReadonlyMap<string, number>
  /** What is remembered of streams, where the store keeps notes. */
  notes?: ReadonlyMap<string, string> | undefined
  parked: ReadonlySet<string>
}

export interface FoldLimits {
  /** The fold ends after the event that reaches this many rows. */
  rows: number
  events: number
  /** Events that the database did not take, by offset. */
  refused: ReadonlyMap<number, Stop>
  /** False: a plan that is not known is for the runtime to look for, by a PlanUnknownError. True: it has, in vain. */
  plansRead: boolean
}

/** The rows that the records lead to, from where the projection stands, and the events that are parked. Pure. */
export function fold(
  projection: AnyProjection,
  records: readonly Decoded[],
  from: FoldFrom,
  { plan }: Pick<HandlerContext, 'plan'>,
  limits: FoldLimits,
): Folded {
  const rows = projection.newChanges()
  const context: HandlerContext = {
    plan,
    remembered: (stream) => rows.notes?.get(stream) ?? from.notes?.get(stream) ?? null,
  }
  const versions = new Map<string, number>()
  const parkedStreams = new Set(from.parked)
  const parked: Parked[] = []
  const applied: number[] = []
  const unchecked = from.commandOffset === 'unchecked'
  let commandOffset = from.commandOffset === 'unchecked' ? null : from.commandOffset
  let count = 0
  const end = (stop: Stop | null): Folded => ({ rows, count, applied, parked, commandOffset, versions, stop })

  const apply = (record: Decoded, stream: string | null): Stop | null => {
    const refused = limits.refused.get(record.offset)
    if (refused) return refused
    if (!record.event) return stopAt(record, stream, 'undecodable', record.failure.message)
    const { event } = record
    const last = stream === null ? 0 : (versions.get(stream) ?? from.streamVersions.get(stream) ?? 0)
    const gap = checkStream(event, last, (stream !== null && from.mayFollow.get(stream)) || null)
    if (gap) return stopFor(record, stream, gap)
    const handler = projection.on[event.type as keyof JournalTypes] as Handler<never, never> | undefined
    try {
      if (handler) rows.attempt(() => handler(event as never, rows as never, context))
    } catch (error) {
      if (error instanceof PlanUnknownError && !limits.plansRead) throw error
      const reason = error instanceof PlanUnknownError ? 'plan-unknown' : 'handler-failed'
      return stopAt(record, stream, reason, (error as Error).message)
    }
    if (stream !== null && event.streamVersion !== null) versions.set(stream, event.streamVersion)
    return null
  }

  for (const record of records) {
    if (count >= limits.events || rows.size >= limits.rows) break
    const facts = record.event ?? record.facts
    const stream = streamOf(facts)
    const gap = unchecked ? null : checkCommands(facts, commandOffset)
    if (gap) return end(stopFor(record, stream, gap))
    const behind = stream !== null && parkedStreams.has(stream)
    const stop = behind ? null : apply(record, stream)
    if (stop && stream === null) return end(stop)
    if (stream !== null && (behind || stop)) {
      const { streamVersion, name } = facts
      parked.push({ offset: record.offset, claimId: record.claimId, stream, streamVersion, name, stop })
      parkedStreams.add(stream)
    } else applied.push(record.offset)
    commandOffset = facts.commandOffset ?? commandOffset
    count += 1
  }
  return end(null)
}

export const stopAt = (
  { offset }: { offset: number },
  subject: string | null,
  reason: StopReason,
  detail: string,
): Stop => ({ reason, detail, offset, subject, missing: 0 })

const stopFor = (record: Decoded, subject: string | null, { reason, detail, missing }: Break): Stop => ({
  ...stopAt(record, subject, reason, detail),
  missing,
})
