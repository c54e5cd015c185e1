import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Deadlines } from './deadlines.js'

const steps = fc.array(fc.record({ show: fc.nat(5), at: fc.option(fc.nat(20)), look: fc.boolean() }), {
  maxLength: 100,
  size: 'max',
})

test('the first is the least of what was told last of each show', () => {
  fc.assert(
    fc.property(steps, (run) => {
      const deadlines = new Deadlines()
      const told = new Map<string, number | null>()
      for (const { show, at, look } of run) {
        told.set(`${show}`, at)
        deadlines.note(`${show}`, at)
        if (!look) continue
        const all = [...told.values()].filter((value) => value !== null)
        expect(deadlines.first((id) => told.get(id) ?? null)).toBe(all.length === 0 ? null : Math.min(...all))
      }
    }),
    { numRuns: 500 },
  )
})
