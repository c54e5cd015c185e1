import { expect, test } from '@jest/globals'
import { EndedReservations } from './ended-reservations.js'

test('remembers the newest, forgets the oldest past its bound', () => {
  const ended = new EndedReservations(3)
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) ended.add(id, { customerId: `of ${id}`, ending: 'released' })
  expect(ended.size).toBe(3)
  expect(ended.get('d')).toBeUndefined()
  expect(ended.get('g')).toEqual({ customerId: 'of g', ending: 'released' })
  expect(ended.entries().map(([id]) => id)).toEqual(['e', 'f', 'g'])
})
