import { expect, test } from '@jest/globals'
import { EndedReservations } from './ended-reservations.js'

const remembering = (...names: string[]) => {
  const ended = new EndedReservations('show', 3)
  for (const name of names) ended.add(`show.${name}`, { customerId: `of ${name}`, ending: 'released' })
  return ended
}

test('remembers the newest, forgets the oldest past its bound', () => {
  const ended = remembering('a', 'b', 'c', 'd', 'e', 'f', 'g')
  expect(ended.size).toBe(3)
  expect(ended.get('show.d')).toBeUndefined()
  expect(ended.get('show.g')).toEqual({ customerId: 'of g', ending: 'released' })
  expect([...ended.entries()].map(([id]) => id)).toEqual(['show.e', 'show.f', 'show.g'])
})

test('knows nothing of another show', () => {
  expect(remembering('a').get('other.a')).toBeUndefined()
  expect(remembering('a').get('a')).toBeUndefined()
})

test('what was taken as it was stays so', () => {
  const ended = remembering('a', 'b', 'c')
  const before = ended.entries()
  ended.add('show.d', { customerId: 'of d', ending: 'expired' })
  expect([...before].map(([id]) => id)).toEqual(['show.a', 'show.b', 'show.c'])
  expect([...ended.entries()].map(([, { ending }]) => ending)).toEqual(['released', 'released', 'expired'])
})
