import { expect, test } from '@jest/globals'
import { failoverSummary, p95 } from './summary.js'

test('p95 is the 19th of 20, the greatest of fewer', () => {
  expect(p95(Array.from({ length: 20 }, (_, n) => 20 - n))).toBe(19)
  expect(p95([3, 1, 2])).toBe(3)
})

test('times are those of the largest size, costs of each', () => {
  const size = {
    kill: [1],
    planned: [2],
    cold: [3],
    coldPlanned: [4],
    cpuMicrosPerCommand: 9,
    rssMiB: 1,
    longestStallMs: 5,
  }
  const sizes = [
    { ...size, events: 10 },
    { ...size, events: 20, kill: [5, 7], cpuMicrosPerCommand: 8 },
  ]
  expect(failoverSummary({ sizes, commands: 1, lost: 0, doubled: 0 })).toEqual({
    ...{ events: 20, kills: 2, p50Ms: 6, p95Ms: 7, plannedP95Ms: 2, coldP95Ms: 3, lost: 0, doubled: 0, rssMiB: 1 },
    costPerCommand: { 10: 9, 20: 8 },
  })
})
