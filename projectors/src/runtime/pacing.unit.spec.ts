import { expect, test } from '@jest/globals'
import { restAfter } from './pacing.js'

test('rests in proportion to the work, up to a bound', () => {
  expect(restAfter(0, 0)).toBe(0)
  expect(restAfter(10, 0)).toBe(80)
  expect(restAfter(10, 500)).toBe(80)
  expect(restAfter(4_000, 0)).toBe(150)
})

test('does not rest when far behind', () => {
  expect(restAfter(40, 2_000)).toBe(0)
})

test('a clock that was set back makes no wait', () => {
  expect(restAfter(-1_000, 0)).toBe(0)
})
