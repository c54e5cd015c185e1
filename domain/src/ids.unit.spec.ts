import { expect, test } from '@jest/globals'
import { partitionOf, showOf } from './ids.js'
import { reservationId, showId } from './testing/fixtures.js'

test('a show’s and a reservation’s id say the partition', () => {
  expect(partitionOf(showId)).toBe(3)
  expect(partitionOf(reservationId(1))).toBe(3)
  expect(partitionOf('0.x')).toBe(0)
  expect(partitionOf('9999.x')).toBe(9999)
})

test.each(['', '.', '3', 'x.y', '-1.x', '+1.x', ' 1.x', '01.x', '1e2.x', '0x1.x', '10000.x'])(
  '%j names no partition',
  (id) => {
    expect(partitionOf(id)).toBeNull()
  },
)

test('a reservation’s id says the show', () => {
  expect(showOf(reservationId(1))).toBe(showId)
  expect(showOf(showId)).toBeNull()
  expect(showOf(`${reservationId(1)}.x`)).toBeNull()
})
