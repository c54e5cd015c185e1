import { type PhaseResult, type Window, windowMs } from './phase.js'

/**
 * Twice what is normal, and not less than this, ms: below it nobody notices, and normal load at half of the peak has such quarter seconds
 * itself (up to 146 ms were seen where the median of all is 20).
 */
const leastLimitMs = 100

/**
 * Seconds from the end of the overload until latency was normal again and stayed so: the first quarter second from which on nothing is
 * shed or failed, and the median is at most twice that of normal load; one slow quarter second alone is a hiccup, as normal load has
 * them. As long as the phase where that never happens.
 */
export function recoverySeconds(before: Pick<PhaseResult, 'p50Ms'>, after: Pick<PhaseResult, 'windows'>): number {
  const limitMs = Math.max(leastLimitMs, 2 * before.p50Ms)
  // The last is cut short.
  const windows = after.windows.slice(0, -1)
  const isSlow = (at: number) => (windows[at]?.p50Ms ?? 0) > limitMs
  const isServed = ({ shed, failed, pending, accepted }: Window) => shed + failed + pending === 0 && accepted > 0
  const late = windows.findLastIndex(
    (window, at) => !isServed(window) || (isSlow(at) && (isSlow(at - 1) || isSlow(at + 1))),
  )
  return ((late + 1) * windowMs) / 1_000
}
