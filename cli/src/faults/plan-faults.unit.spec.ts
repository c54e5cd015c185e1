import { expect, it } from '@jest/globals'
import { combinations, type Fault, nameOf, plannedFaults } from './plan-faults.js'

const targets = { processes: ['decider', 'kafka'], links: ['kafka', 'registry'], disks: [] }
const all = combinations(targets)
const first = (count: number, seed: number) => {
  const faults = plannedFaults(all, seed)
  return Array.from({ length: count }, () => faults.next().value as Fault)
}

it('does each fault to each target once a round, none twice in a row to one target', () => {
  expect(all).toHaveLength(12)
  const faults = first(60, 7)
  const counts = Map.groupBy(faults, nameOf)
  expect([...counts.values()].map(({ length }) => length)).toEqual(Array(12).fill(5))
  const again = faults.filter(({ target }, at) => at % 12 !== 0 && target === faults[at - 1]?.target)
  // Only where nothing else is left of a round.
  expect(again.length).toBeLessThan(10)
})

it('catches up on what was done least before', () => {
  const before = new Map(all.map((one) => [nameOf(one), one.target === 'kafka' ? 2 : 5]))
  const faults = plannedFaults(all, 3, before)
  const counts = Map.groupBy(
    Array.from({ length: 18 }, () => faults.next().value as Fault),
    nameOf,
  )
  expect([...counts.keys()].filter((name) => !name.endsWith('kafka'))).toEqual([])
  expect([...counts.values()].map(({ length }) => length)).toEqual(Array(6).fill(3))
})

it('does the same again with the same seed, and something else with another', () => {
  expect(first(60, 7)).toEqual(first(60, 7))
  expect(first(60, 8)).not.toEqual(first(60, 7))
})
