import { minuteMs } from './admission-times.js'

/** Length of the stretches in which a room's pace is counted. */
export const paceMs = 10_000
/** How far back a forecast looks. */
const lookBackMs = 300_000
/** What was seen so long ago counts half; of a young room a fourth of its age: its first slots are still on their way back. */
const halfLifeMs = { least: 10_000, most: 90_000 }
/** Before so many slots have come back, or a fourth of them, nobody knows how often they do. */
const leastReturned = 20
/** Of a room that has admitted for less than this, nothing is said. */
const leastMs = 15_000
/** Relative: what comes may be unlike what was, however much of it was seen. */
const drift = 0.15
/** The 90th percentile of a normal distribution, in standard deviations. */
const z90 = 1.2816
/** Until a visitor has heard of it. */
const wordMs = 2_000

/** What happened in `paceMs` from `at` on. */
export interface Stretch {
  at: number
  admitted: number
  /** Slots that came back: purchases, no-shows, abandoned ones. */
  returned: number
  /** Visitors who went without having been admitted. */
  departed: number
}

export interface PaceSeen {
  now: number
  /** Since when the room admits as it does: it was opened, resumed, or its settings were changed then. */
  since: number
  openedAt: number
  ratePerMinute: number
  /** Those that can be used: fewer than the setting where stock is short. */
  slots: number
  /** Admissions that are open. */
  open: number
  waiting: number
  /** Oldest first; those in which nothing happened may be left out. */
  stretches: readonly Stretch[]
}

/** How a room goes, for everybody in it. Times in ms. */
export interface Pace {
  /** Admissions that can be made without a slot coming back, and how fast. */
  free: number
  freePerMs: number
  /** Net admissions in the long run; 0 while no slot has come back. */
  perMs: number
  /** Of one who waits, to go before being admitted. */
  goesPerMs: number
  /** Relative standard deviation of `perMs`. */
  error: number
  /** Variance of a count by its mean. */
  spread: number
}

export interface Forecast {
  p50Ms: number
  p90Ms: number
}

/**
 * From what was observed: slots come back at a rate for each open admission, whether it was used or not, so a room whose slots are all taken
 * admits that often; no more than its rate, and no more than it did where slots were free. Null before there is data.
 */
export function paceOf(seen: PaceSeen): Pace | null {
  const { now, openedAt, since, ratePerMinute, slots, open, waiting } = seen
  const begin = Math.max(openedAt, now - lookBackMs)
  if (now - begin < leastMs) return null
  const stretches = whole(seen, begin)
  const halfLife = Math.min(halfLifeMs.most, Math.max(halfLifeMs.least, (now - openedAt) / 4))
  let openThen = open
  const sums = { ms: 0, openMs: 0, returned: 0, departed: 0, admitted: 0, admittedMs: 0, waitingMs: 0, all: 0, back: 0 }
  for (const { at, ms, admitted, returned, departed } of stretches.reverse()) {
    const weight = 0.5 ** ((now - at - ms / 2) / halfLife)
    const before = Math.max(0, openThen - admitted + returned)
    sums.ms += weight * ms
    sums.openMs += (weight * ms * (openThen + before)) / 2
    sums.returned += weight * returned
    sums.departed += weight * departed
    sums.waitingMs += weight * ms * (waiting + (admitted + departed) / 2)
    if (at + ms > since) {
      sums.admitted += weight * admitted
      sums.admittedMs += weight * Math.min(ms, at + ms - since)
    }
    sums.all += admitted
    sums.back += returned
    openThen = before
  }
  if (sums.all === 0) return null
  const most = ratePerMinute / minuteMs
  const free = Math.max(0, slots - open)
  const isFull = free < slots * 0.1
  // Too little was seen since the settings changed: what they allow.
  const seenPerMs = sums.admittedMs < leastMs || sums.admitted === 0 ? most : sums.admitted / sums.admittedMs
  const freePerMs = isFull ? most : Math.min(most, seenPerMs)
  const isKnown = sums.back >= Math.min(leastReturned, slots / 4)
  const perSlot = isKnown && sums.openMs > 0 ? sums.returned / sums.openMs : 0
  const perMs = Math.min(freePerMs, perSlot * slots)
  const spread = spreadOf(stretches)
  const counted = perMs < freePerMs ? sums.returned : sums.admitted
  return {
    free,
    freePerMs,
    perMs,
    goesPerMs: sums.waitingMs > 0 ? sums.departed / sums.waitingMs : 0,
    error: Math.sqrt(drift ** 2 + spread / Math.max(1, counted)),
    spread,
  }
}

/** How long who has `ahead` people before them still waits; null where nothing can be said of that yet. */
export function forecast(pace: Pace, ahead: number): Forecast | null {
  const { free, freePerMs, perMs, goesPerMs, error, spread } = pace
  const turn = ahead + 1
  const soon = Math.min(turn, free)
  const later = turn - soon
  if (later > 0 && perMs === 0) return null
  const at = (factor: number, goes: number) =>
    soon / (freePerMs * factor) + (later > 0 ? drainMs(later, perMs * factor, goes) : 0)
  const p50Ms = at(1, goesPerMs)
  const deviation = z90 * Math.sqrt(error ** 2 + spread / turn)
  return { p50Ms, p90Ms: at(1 / (1 + deviation), goesPerMs / (1 + deviation)) + wordMs }
}

/** Until `people` are admitted, at `perMs`, or gone, each of them with `goesPerMs`. */
function drainMs(people: number, perMs: number, goesPerMs: number): number {
  const going = (goesPerMs * people) / perMs
  return going < 1e-6 ? people / perMs : Math.log1p(going) / goesPerMs
}

interface Piece extends Stretch {
  ms: number
}

/** All stretches from `begin` until now, oldest first; the first and the last may be cut off. */
function whole({ now, stretches }: PaceSeen, begin: number): Piece[] {
  const known = new Map(stretches.map((stretch) => [Math.floor(stretch.at / paceMs), stretch]))
  const pieces: Piece[] = []
  for (let index = Math.floor(begin / paceMs); index * paceMs < now; index++) {
    const from = Math.max(begin, index * paceMs)
    const until = Math.min(now, (index + 1) * paceMs)
    const { admitted = 0, returned = 0, departed = 0 } = known.get(index) ?? {}
    if (until > from) pieces.push({ at: from, ms: until - from, admitted, returned, departed })
  }
  return pieces
}

/** Variance of what was admitted in a stretch by its mean; 1 as of independent visitors where little is known, or less is seen. */
function spreadOf(pieces: readonly Piece[]): number {
  const counts = pieces.filter(({ ms }) => ms === paceMs).map(({ admitted }) => admitted)
  const mean = counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length)
  if (counts.length < 3 || mean === 0) return 2
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1)
  return Math.min(20, Math.max(1, variance / mean))
}
