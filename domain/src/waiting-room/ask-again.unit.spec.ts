import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { askAgainSeconds, askedPerSecond, askWhileNobodyMoves } from './ask-again.js'

const perSecond = (waiting: number) => {
  // Nobody is asked oftener than who is nearer: far back, the nearest of a hundred stands for all of them.
  let sum = 0
  for (let ahead = 0, step = 1; ahead < waiting; ahead += step) {
    step = Math.min(ahead < 20_000 ? 1 : 100, waiting - ahead)
    sum += step / askAgainSeconds(ahead, waiting)
  }
  return sum
}

test.each([1, 200, 2_000, 10_000, 100_000, 780_000, 1_000_000, 5_000_000])(
  'all of %d who wait stay below the ceiling',
  (waiting) => {
    expect(perSecond(waiting)).toBeLessThanOrEqual(askedPerSecond)
  },
)

test('the front is asked often, the back seldom, and nobody oftener than who is nearer', () => {
  const people = fc.nat(5_000_000)
  fc.assert(
    fc.property(people, people, people, fc.double({ min: 0, max: 0.999, noNaN: true }), (a, b, more, spread) => {
      const waiting = Math.max(a, b) + more + 1
      const [nearer, farther] = [Math.min(a, b), Math.max(a, b)].map((ahead) => askAgainSeconds(ahead, waiting))
      expect(nearer).toBeLessThanOrEqual(farther!)
      const told = askAgainSeconds(a, waiting, spread)
      expect(Number.isInteger(told)).toBe(true)
      expect(told).toBeGreaterThanOrEqual(askAgainSeconds(a, waiting))
      if (a < 2_000) expect(told).toBeLessThanOrEqual(2)
      else expect(told).toBeGreaterThanOrEqual(10)
    }),
  )
})

test('a lobby stays below the ceiling, and comes one after another when it opens', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000_000 }),
      fc.integer({ min: 0, max: 3_600_000 }),
      (waiting, opensInMs) => {
        const spreads = Array.from({ length: 100 }, (_, n) => n / 100)
        const each = spreads.map((spread) => askWhileNobodyMoves(waiting, spread, opensInMs))
        const quiet = spreads.map((spread) => askWhileNobodyMoves(waiting, spread, null))
        expect(quiet.reduce((sum, seconds) => sum + waiting / 100 / seconds, 0)).toBeLessThanOrEqual(askedPerSecond)
        // Of those who come within any one second after it has opened, none more than the ceiling allows, rounded up to one of the hundred.
        const bySecond = new Map<number, number>()
        for (const seconds of each)
          if (seconds * 1_000 > opensInMs) bySecond.set(seconds, (bySecond.get(seconds) ?? 0) + waiting / 100)
        for (const count of bySecond.values()) expect(count).toBeLessThanOrEqual(askedPerSecond + waiting / 100)
      },
    ),
    // Whose second was rounded up past the opening.
    { examples: [[836_001, 230_370]] },
  )
})
