import { expect, test } from '@jest/globals'
import { seatLetters } from './seat-letters.js'

test('four seats to a byte, the first in the highest bits; a bitmap that ends early goes on free', () => {
  expect(seatLetters(Buffer.from([0b00_01_10_11, 0b11_00_00_00]), 5)).toBe('fhsww')
  expect(seatLetters(Buffer.from([0b01_00_00_00]), 9)).toBe('hffffffff')
  expect(seatLetters(Buffer.alloc(0), 3)).toBe('fff')
  expect(seatLetters(Buffer.from([0b11_11_11_11]), 2)).toBe('ww')
})
