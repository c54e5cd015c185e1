import { describe, expect, test } from '@jest/globals'
import type { Measured, SideName } from './measured.js'
import { summaryOf } from './summary.js'

const measured = (
  side: SideName,
  round: number,
  perSecond: number,
  more: { connections?: number; worstMs?: number; caughtUpMs?: number; cpu?: Record<string, number> } = {},
): Measured => ({
  side,
  round,
  connections: more.connections ?? 16,
  result: {
    accepted: perSecond,
    acceptedInAll: perSecond,
    others: {},
    complaint: null,
    seconds: 1,
    perSecond,
    p50Ms: 1_000 / perSecond,
    p99Ms: 2_000 / perSecond,
    maxMs: 1,
    cpuMicros: more.cpu ?? {},
  },
  lag: more.worstMs === undefined ? null : { worstMs: more.worstMs, caughtUpMs: more.caughtUpMs ?? 0 },
})

const all = [
  measured('ours', 0, 1_000, { worstMs: 500, cpu: { decider: 60, idle: 0.2 } }),
  measured('ours', 1, 400, { worstMs: 1_000, cpu: { decider: 80 } }),
  measured('ours', 2, 2_000, { worstMs: 1_500, cpu: { decider: 70 } }),
  measured('ours', 0, 5_000, { connections: 256, worstMs: 10 }),
  ...[500, 100, 500].map((rate, round) => measured('forUpdate/1', round, rate)),
  ...[1_000, 400, 2_000].map((rate, round) => measured('forUpdate/2', round, rate)),
  measured('redis', 0, 10_000),
  measured('oursSpread', 0, 4_000, { connections: 256, worstMs: 10 }),
  measured('oursOpenLoop', 0, 500, { connections: 256, worstMs: 10 }),
  measured('oursWritePathOnly', 0, 3_000),
]

describe('the last line', () => {
  const summary = summaryOf(all, { oversold: 0, lost: 0 })

  test('has a ratio for each peer and number of connections, by rounds', () => {
    expect(summary.ratio.forUpdate).toEqual({ 16: 4 })
    expect(summary.ratio.forUpdateEqualDurability).toEqual({ 16: 1 })
    expect(summary.ratio.redis).toEqual({ 16: 0.1 })
    expect(summary.ratio.procedure).toEqual({})
  })

  test('has medians, and only processes that took part', () => {
    expect(summary.ours[16]).toEqual({ perSecond: 1_000, p50Ms: 1, p99Ms: 2, cpuMicros: { decider: 70 } })
    expect(summary.openLoop500).toEqual({ p50Ms: 2, p99Ms: 4 })
    expect(summary.writePathOnly[16]?.perSecond).toBe(3_000)
    expect(summary.hotVsSpread).toBe(1.25)
  })

  test('says that the read models kept up, where they did throughout and afterwards', () => {
    const with_ = (worstMs: number, caughtUpMs: number) =>
      summaryOf([...all, measured('ours', 3, 1, { worstMs, caughtUpMs })], { oversold: 0, lost: 0 }).caughtUp
    expect(with_(2_000, 5_000)).toBe(true)
    expect(with_(2_001, 0)).toBe(false)
    expect(with_(0, Number.POSITIVE_INFINITY)).toBe(false)
  })
})
