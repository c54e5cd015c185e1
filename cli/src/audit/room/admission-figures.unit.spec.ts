import { describe, expect, it } from '@jest/globals'
import { etaWithinP90, RateUse, SlidingCount } from './admission-figures.js'

describe('the figures of admissions', () => {
  it('counts every window: its end is within, its beginning is not', () => {
    const inMinute = new SlidingCount(60_000)
    expect([0, 10, 59_999, 60_000, 60_010].map((at) => inMinute.add(at))).toEqual([1, 2, 3, 3, 3])
    expect(inMinute.most).toBe(3)
  })

  it('says how much of the rate was used while it could be, live changes included', () => {
    const use = new RateUse()
    use.from(0, true, 60)
    use.admitted(5)
    use.from(10_000, false, 60)
    expect(use.share()).toBe(0.5)
    use.from(100_000, true, 120)
    use.admitted(20)
    use.from(110_000, true, 60)
    use.from(120_000, false, 60)
    expect(use.share()).toBeCloseTo((5 + 20) / (10 + 30))
  })

  it('lets a burst make up for no idle time elsewhere, and says nothing of less than a second', () => {
    const use = new RateUse()
    use.from(0, true, 60)
    use.admitted(20)
    use.from(999, false, 60)
    expect(use.share()).toBeNull()
    use.from(1_000, true, 60)
    use.from(1_999, false, 60)
    expect(use.share()).toBe(0.5)
  })

  it('holds forecasts against the wait that came, of those who were admitted', () => {
    const admitted = new Map([
      ['a', 10_000],
      ['b', 10_001],
    ])
    const told = (entryId: string, p90Ms: number | null, at = 0) => ({ entryId, at, p90Ms })
    const of = (entryId: string) => admitted.get(entryId) ?? null
    expect(etaWithinP90([told('a', 10_000), told('b', 10_000)], of)).toBe(0.5)
    expect(etaWithinP90([told('a', null), told('nobody', 1), told('a', 1, 10_001)], of)).toBeNull()
  })
})
