import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { AdmissionTimes, perSecond } from './admission-times.js'
import { Customers } from './customers.js'
import { WaitingPlaces } from './waiting-places.js'

test('waiting places are a sorted set', () => {
  const place = fc.oneof(fc.nat(100), fc.nat(5_000))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), place), { maxLength: 200, size: 'max' }), place, (steps, at) => {
      const places = new WaitingPlaces()
      const model = new Set<number>()
      for (const [add, one] of steps) {
        if (add) places.add(one)
        else places.remove(one)
        if (add) model.add(one)
        else model.delete(one)
        places.first()
      }
      const sorted = [...model].sort((a, b) => a - b)
      expect(places.size).toBe(sorted.length)
      expect(places.first()).toBe(sorted[0] ?? -1)
      expect(places.next(at)).toBe(sorted.find((one) => one >= at) ?? -1)
      expect(places.before(at)).toBe(sorted.filter((one) => one < at).length)
      expect(places.has(at)).toBe(model.has(at))
    }),
    { numRuns: 300 },
  )
})

test('customers are a map of ids, through every growth', () => {
  const customers = new Customers()
  const names = Array.from({ length: 20_000 }, (_, n) => `customer-${n}`)
  const known = names.map((name, n) => {
    const before = customers.find(name)
    customers.setEntry(customers.add(name), n)
    return before
  })
  expect(known.every((before) => before === -1)).toBe(true)
  expect(names.map((name) => customers.entryOf(customers.find(name)))).toEqual([...names.keys()])
  expect(names.map((_, n) => customers.idOf(n))).toEqual(names)
  expect(customers.add('customer-7')).toBe(7)
  expect(customers.size).toBe(20_000)
})

test('the allowance of a rate is what sliding windows leave, whatever rates there were', () => {
  const step = fc.record({
    ms: fc.constantFrom(0, 1, 400, 1_000, 20_000),
    rate: fc.constantFrom(1, 30, 90, 600),
    all: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const times = new AdmissionTimes(1)
      const model: number[] = []
      let now = 1_000_000
      for (const { ms, rate, all } of steps) {
        now += ms
        times.atLeast(rate)
        const within = (span: number) => model.filter((at) => at > now - span).length
        const expected = Math.max(0, Math.min(rate - within(60_000), perSecond(rate) - within(1_000)))
        const allowed = times.allowance(rate, now)
        expect(allowed).toBe(expected)
        const next = times.nextAt(rate, now)
        expect(next === now).toBe(allowed > 0)
        if (allowed === 0) expect(times.allowance(rate, next)).toBeGreaterThan(0)
        if (allowed === 0) expect(times.allowance(rate, next - 1)).toBe(0)
        for (let n = 0; n < (all ? allowed : Math.min(1, allowed)); n++) {
          times.add(now)
          model.push(now)
        }
      }
    }),
    { numRuns: 300 },
  )
})
