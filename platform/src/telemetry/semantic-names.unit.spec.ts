import { expect, test } from '@jest/globals'
import * as conventions from '@opentelemetry/semantic-conventions/incubating'
import { attribute, ownAttribute } from './semantic-names.js'

test('what is not ours is a name of the conventions', () => {
  const known = new Set<unknown>(Object.values(conventions))
  expect(Object.values(attribute).filter((name) => !known.has(name))).toEqual([])
})

test('what is ours says so', () => {
  for (const name of Object.values(ownAttribute)) expect(name).toMatch(/^onsale\.[a-z]+(\.[a-z]+)?$/)
})
