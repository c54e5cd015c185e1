import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { forecast, type Pace, type PaceSeen, paceMs, paceOf } from './forecast.js'

const now = 1_800_000_000_000
const steady = (more: Partial<PaceSeen> = {}, per10s = 50): PaceSeen => ({
  ...{
    now,
    since: now - 300_000,
    openedAt: now - 300_000,
    ratePerMinute: 1_200,
    slots: 100,
    open: 100,
    waiting: 3_000,
  },
  stretches: Array.from({ length: 30 }, (_, n) => ({
    ...{ at: now - 300_000 + n * paceMs, admitted: per10s, returned: per10s, departed: 0 },
  })),
  ...more,
})
const pace = (seen: PaceSeen) => paceOf(seen) as Pace

describe('a forecast', () => {
  test('is unknown before there is data', () => {
    expect(paceOf(steady({ openedAt: now - 1_000, since: now - 1_000 }))).toBeNull()
    expect(paceOf(steady({ stretches: [] }))).toBeNull()
    // Slots are filled, and nobody knows yet when one comes back.
    const filling = steady({
      ...{ openedAt: now - 20_000, since: now - 20_000, open: 40 },
      stretches: [{ at: now - 20_000, admitted: 40, returned: 0, departed: 0 }],
    })
    expect(forecast(pace(filling), 1_000)).toBeNull()
    expect(forecast(pace(filling), 10)?.p50Ms).toBeLessThan(20_000)
  })

  test('is what was observed', () => {
    const { p50Ms, p90Ms } = forecast(pace(steady()), 999)!
    expect(p50Ms).toBeGreaterThan(190_000)
    expect(p50Ms).toBeLessThan(210_000)
    expect(p90Ms).toBeGreaterThan(p50Ms * 1.2)
  })

  test('counts those who go before their turn', () => {
    const leaving = steady().stretches.map((it) => ({ ...it, departed: 30 }))
    const patient = forecast(pace(steady()), 2_000)!
    const impatient = forecast(pace(steady({ stretches: leaving })), 2_000)!
    expect(impatient.p50Ms).toBeLessThan(patient.p50Ms * 0.85)
  })

  test('follows a rate as soon as it is changed', () => {
    const fullSpeed = steady({ slots: 1_000, open: 100 }, 200)
    const slower = { ...fullSpeed, ratePerMinute: 300, since: now - 1_000 }
    const before = forecast(pace(fullSpeed), 1_999)!.p50Ms
    const after = forecast(pace(slower), 1_999)!.p50Ms
    expect(before).toBeLessThan(105_000)
    expect(after / before).toBeCloseTo(4, 0)
  })

  test('is longer for who is farther, never below zero, and p90 never before p50', () => {
    const count = fc.nat(200)
    const seen = fc.record({
      age: fc.integer({ min: 0, max: 900_000 }),
      changed: fc.integer({ min: 0, max: 900_000 }),
      ratePerMinute: fc.integer({ min: 1, max: 6_000 }),
      slots: fc.integer({ min: 1, max: 2_000 }),
      open: fc.integer({ min: 0, max: 2_000 }),
      waiting: fc.nat(1_000_000),
      counts: fc.array(fc.tuple(count, count, count), { maxLength: 40 }),
    })
    fc.assert(
      fc.property(seen, fc.nat(1_000_000), fc.nat(1_000_000), ({ age, changed, counts, ...room }, a, b) => {
        const stretches = counts.map(([admitted, returned, departed], n) => ({
          ...{ at: Math.floor((now - n * paceMs) / paceMs) * paceMs, admitted, returned, departed },
        }))
        const it = paceOf({ ...room, now, openedAt: now - age, since: now - Math.min(age, changed), stretches })
        if (!it) return
        const [nearer, farther] = [Math.min(a, b), Math.max(a, b)].map((ahead) => forecast(it, ahead))
        for (const one of [nearer, farther]) {
          if (!one) continue
          expect(one.p50Ms).toBeGreaterThanOrEqual(0)
          expect(one.p90Ms).toBeGreaterThanOrEqual(one.p50Ms)
          expect(Number.isFinite(one.p90Ms)).toBe(true)
        }
        if (nearer && farther) expect(nearer.p50Ms).toBeLessThanOrEqual(farther.p50Ms + 1e-6)
        if (farther) expect(nearer).not.toBeNull()
      }),
    )
  })
})
