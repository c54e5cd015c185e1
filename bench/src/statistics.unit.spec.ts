import { expect, test } from '@jest/globals'
import { median, ratioByRound, rounded } from './statistics.js'

test('the median is the middle value, or the mean of the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([4, 1, 2, 10])).toBe(3)
  expect(median([])).toBeNaN()
})

test('a ratio pairs the rounds, so that a slow round of both sides does not show', () => {
  expect(ratioByRound([100, 10, 300], [50, 5, 100])).toBe(2)
  expect(ratioByRound([100], [50, 1])).toBe(2)
})

test('rounds to so many digits', () => {
  expect(rounded(1.23456)).toBe(1.23)
  expect(rounded(1234.5678, 0)).toBe(1235)
})
