/** Requests for their place that all who wait make in a second, at most, however many of up to five million they are. */
export const askedPerSecond = 5_000

/** Those who are told to ask every second, and every two. */
const first = 200
const near = 2_000
/** From there on the interval grows with the people ahead: so many times as many, so many seconds more. */
const aheadPerSecond = 450
const farSeconds = 10
/** Nobody waits longer than this for news, unless so many wait that the ceiling asks for it. */
const longestSeconds = 600
const longestShare = 1_300

/**
 * When to ask again for one's place, in whole seconds. Before `near`: 200 a second and 1,800 every two make 1,100 requests a second. Behind, up to
 * a = 4,500 people ahead, 10 s: 250. From there a/450 s: 450 · ln(b/4,500), until b, where the longest interval, N/1,300 s, is
 * reached: 450 · ln(1,000,000 · 450/1,300/4,500) = 1,954 for a million; and 1,300 · (1 − b/N) = 850 beyond. 4,154 together for a million,
 * 4,879 for five. `ask-again.unit.spec.ts` adds it up one by one. What is added against everybody asking at once makes it less.
 *
 * @param ahead people before the one who asks
 * @param waiting all who wait
 * @param spread in [0, 1), of the entry: up to a tenth is added
 */
export function askAgainSeconds(ahead: number, waiting: number, spread = 0): number {
  if (ahead < first) return 1
  if (ahead < near) return 2
  const longest = Math.max(longestSeconds, Math.ceil(waiting / longestShare))
  const seconds = Math.min(longest, Math.max(farSeconds, ahead / aheadPerSecond))
  return Math.ceil(seconds * (1 + spread / 10))
}

/**
 * When to ask again for one who has no place yet, or cannot get nearer: the lobby before the draw, a room that is paused. All together they stay
 * below four fifths of the ceiling; when the room opens they come one after another, not at once.
 *
 * @param opensInMs null: it is not known
 */
export function askWhileNobodyMoves(waiting: number, spread: number, opensInMs: number | null): number {
  const every = Math.ceil(Math.max(farSeconds, Math.ceil(waiting / (0.8 * askedPerSecond))) * (1 + spread / 10))
  // As it is told: one that is rounded up past the opening would come with all the others who are.
  if (opensInMs === null || every * 1_000 <= opensInMs) return every
  return Math.ceil(1 + opensInMs / 1_000 + spread * (waiting / (0.8 * askedPerSecond)))
}
