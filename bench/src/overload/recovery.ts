import { type PhaseResult, type Window, windowMs } from './phase.js'

/** Twice what is normal, and not less than this: a latency below it is nobody's concern, ms. */
const leastLimitMs = 50

/**
 * Seconds from the end of the overload until latency was normal again and stayed so: the first quarter second from which on nothing is
 * shed or failed, and the median is at most twice that of normal load. As long as the phase where that never happens.
 */
export function recoverySeconds(before: Pick<PhaseResult, 'p50Ms'>, after: Pick<PhaseResult, 'windows'>): number {
  const limitMs = Math.max(leastLimitMs, 2 * before.p50Ms)
  const isNormal = ({ shed, failed, pending, accepted, p50Ms }: Window) =>
    shed + failed + pending === 0 && accepted > 0 && p50Ms <= limitMs
  // The last is cut short.
  const windows = after.windows.slice(0, -1)
  const late = windows.findLastIndex((window) => !isNormal(window))
  return ((late + 1) * windowMs) / 1_000
}
