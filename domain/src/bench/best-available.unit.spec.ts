import { expect, test } from '@jest/globals'
import { benchBestAvailable } from './best-available.js'

test('times every decision by the clock that it is given', () => {
  let ns = 0
  const bench = benchBestAvailable({
    seats: 600,
    rounds: 2,
    nowNs: () => {
      ns += 3000
      return ns
    },
    usedBytes: () => ns,
  })
  expect(bench).toMatchObject({ seats: 600, p50Micros: 3, p99Micros: 3, maxMicros: 3, stateMiB: 0 })
  expect(bench.decisions).toBe(bench.held + bench.refused)
  expect(bench.held).toBeGreaterThan(2 * 100)
  expect(bench.split).toBeGreaterThan(0)
  expect(bench.refused).toBeGreaterThanOrEqual(2 * 100)
  expect(ns).toBe(bench.decisions * 2 * 3000)
})
