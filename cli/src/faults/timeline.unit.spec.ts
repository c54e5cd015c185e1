import { expect, it } from '@jest/globals'
import { Timeline } from './timeline.js'

const timeline = new Timeline()
for (const at of [100, 200, 900, 950]) timeline.add('one', at)
for (const at of [100, 150, 300]) timeline.add('two', at)

it.each([
  ['a gap inside', ['one'], 0, 1_000, 700],
  ['a gap that began before', ['one'], 500, 1_000, 700],
  ['a gap that is not over', ['two'], 250, 1_000, 700],
  ['none', ['one'], 920, 950, 50],
  ['the worst of several', ['one', 'two'], 110, 400, 700],
  ['a key that was never answered', ['three'], 100, 400, 300],
])('%s', (_, keys, from, to, worst) => {
  expect(timeline.worstGap(keys, from, to)).toBe(worst)
})
