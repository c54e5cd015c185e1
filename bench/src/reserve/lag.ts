/** The log's end (exclusive), and when it was seen to be there, for the first and for the last time. */
export interface EndSeen {
  end: number
  /** ms */
  first: number
  /** ms */
  last: number
}

/**
 * For how long the oldest record that is not applied yet can have been in the log, ms; 0 where everything is applied. An upper bound:
 * it was not there when an end at or before it was seen last.
 * @param ends in the order of time
 * @param next offset of the next record to apply
 */
export function lagMs(ends: readonly EndSeen[], next: number, now: number): number {
  const beyond = ends.findIndex(({ end }) => end > next)
  if (beyond < 0) return 0
  const before = ends[beyond - 1]
  return now - (before ? before.last : (ends[beyond] as EndSeen).first)
}

/** Notes an end seen now, and forgets what was seen long ago. */
export function noteEnd(ends: EndSeen[], end: number, now: number, rememberedMs: number): void {
  const last = ends.at(-1)
  if (last?.end === end) last.last = now
  else ends.push({ end, first: now, last: now })
  while (ends.length > 1 && (ends[0] as EndSeen).last < now - rememberedMs) ends.shift()
}
