import { expect, test } from '@jest/globals'
import { afterRecord, noPlacement, type PlacementChange, placementRecord } from './placement.js'

const who = { by: 'ops-1', at: 5 }
const after = (...changes: PlacementChange[]) =>
  changes.reduce((placement, change, offset) => {
    const { key, value } = placementRecord(change, who)
    return afterRecord(placement, { key, value: value === null ? null : Buffer.from(value), offset })
  }, noPlacement)

test('the newest decision about a thing counts, and can be taken back', () => {
  const all = after(
    { about: 'decider', decider: 'a:b', undo: false },
    { about: 'partition', partition: 3, to: 'b' },
    { about: 'partition', partition: 3, to: 'c' },
    { about: 'new-shows', partitions: [3, 4] },
  )
  expect(all).toEqual({
    drained: new Map([['a:b', who]]),
    placed: new Map([[3, { to: 'c', ...who }]]),
    newShows: { partitions: [3, 4], ...who },
    version: 4,
  })
  expect(
    after(
      { about: 'decider', decider: 'a', undo: false },
      { about: 'decider', decider: 'a', undo: true },
      { about: 'partition', partition: 3, to: 'b' },
      { about: 'partition', partition: 3, to: null },
      { about: 'new-shows', partitions: [1] },
      { about: 'new-shows', partitions: null },
    ),
  ).toEqual({ ...noPlacement, version: 6 })
})

test.each([
  [null, '{}'],
  ['decider:', JSON.stringify(who)],
  ['decider:a', 'no JSON'],
  ['partition:x', JSON.stringify({ to: 'a', ...who })],
  ['partition:1', JSON.stringify(who)],
  ['new-shows', JSON.stringify({ partitions: [], ...who })],
  ['else', '{}'],
])('what is no decision changes nothing but the version: %s %s', (key, value) => {
  const before = after({ about: 'partition', partition: 1, to: 'a' }, { about: 'new-shows', partitions: [7] })
  expect(afterRecord(before, { key, value: Buffer.from(value), offset: 9 })).toEqual({ ...before, version: 10 })
})
