import type { JournalRecord } from '@onsale/platform/log'
import { type BreakReason, checkContinuity } from './continuity.js'
import {
  type Handler,
  type HandlerContext,
  type JournalTypes,
  PlanUnknownError,
  type Projection,
} from './projection.js'
import { RowBatch } from './row-batch.js'

/** A counted record after decoding: the event, or why there is none. */
export type Decoded =
  | { offset: number; claimId: string; event: JournalRecord }
  | { offset: number; claimId: string; event: null; subject: string | null; failure: Error }

/** Why a projection cannot go on, and where. */
export interface Stop {
  reason: BreakReason | 'undecodable' | 'handler-failed' | 'plan-unknown' | 'row-missing' | 'rows-refused'
  detail: string
  offset: number
  subject: string | null
  /** Events known to be missing before this one. */
  missing: number
}

export interface Folded {
  rows: RowBatch
  /** How many of the records are in `rows`. */
  count: number
  commandOffset: number | null
  /** Streams that went on, with their versions after the fold. */
  versions: Map<string, number>
  /** What stopped the fold at record `count`; null where it came to the end or to the limit. */
  stop: Stop | null
}

export interface FoldLimits {
  /** The fold ends after the event that reaches this many rows. */
  rows: number
  events: number
}

/** The rows that the records lead to, from where the projection stands. Pure; the records after a bad one are not looked at. */
export function fold(
  projection: Projection,
  records: readonly Decoded[],
  from: { commandOffset: number | null; streamVersions: ReadonlyMap<string, number> },
  context: HandlerContext,
  limits: FoldLimits,
): Folded {
  const rows = new RowBatch()
  const streamVersions = new Map(from.streamVersions)
  const versions = new Map<string, number>()
  let { commandOffset } = from
  let count = 0
  const end = (stop: Stop | null): Folded => ({ rows, count, commandOffset, versions, stop })

  for (const record of records) {
    if (count >= limits.events || rows.size >= limits.rows) break
    if (!record.event) return end(stopAt(record, record.subject, 'undecodable', record.failure.message))
    const { event } = record
    const gap = checkContinuity(event, { commandOffset, streamVersions })
    if (gap) return end({ ...stopAt(record, event.subject, gap.reason, gap.detail), missing: gap.missing })
    const handler = projection.on[event.type as keyof JournalTypes] as Handler<never> | undefined
    try {
      handler?.(event as never, rows, context)
    } catch (error) {
      if (error instanceof PlanUnknownError) throw error
      return end(stopAt(record, event.subject, 'handler-failed', (error as Error).message))
    }
    if (event.subject !== null && event.streamVersion !== null) {
      streamVersions.set(event.subject, event.streamVersion)
      versions.set(event.subject, event.streamVersion)
    }
    commandOffset = event.commandOffset ?? commandOffset
    count += 1
  }
  return end(null)
}

export const stopAt = (
  { offset }: { offset: number },
  subject: string | null,
  reason: Stop['reason'],
  detail: string,
): Stop => ({ reason, detail, offset, subject, missing: 0 })
