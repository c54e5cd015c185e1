/** However long a batch took, the next waits for no longer than this, ms: as much older a read model may be. */
const longestPauseMs = 150
/** How many times as long as it worked a partition rests. */
const restPerWork = 8
/** Records behind from which on nobody rests. */
const backlog = 2_000

/**
 * How long to wait before the next batch is read, ms. A transaction costs much the same for one event as for five hundred: while
 * events come fast, more of them share one. A single event is applied at once, and what is far behind hurries.
 * @param workedMs how long the batch before took
 * @param behind records in the log that come after it
 */
export const restAfter = (workedMs: number, behind: number): number =>
  behind >= backlog ? 0 : Math.min(longestPauseMs, Math.max(0, workedMs) * restPerWork)
