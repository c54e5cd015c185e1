import { describe, expect, it } from '@jest/globals'
import { etagOf, matches, takesGzip } from './etag.js'

describe('ETag', () => {
  it('names part, version and encoding', () => {
    const tags = [
      etagOf('seats', 4, false),
      etagOf('seats', 4, true),
      etagOf('status', 4, false),
      etagOf('seats', 5, false),
    ]
    expect(new Set(tags).size).toBe(4)
    for (const tag of tags) expect(tag).toMatch(/^"[^"]+"$/)
  })

  it.each([
    [undefined, false],
    ['*', true],
    [etagOf('seats', 4, true), true],
    [etagOf('seats', 4, false), true],
    [`W/${etagOf('seats', 4, true)}`, true],
    [`"other", ${etagOf('seats', 4, false)}`, true],
    [etagOf('seats', 3, false), false],
    [etagOf('status', 4, false), false],
    ['nonsense', false],
  ])('%s', (header, expected) => {
    expect(matches(header, 'seats', 4)).toBe(expected)
  })
})

it.each([
  ['gzip', true],
  ['br, gzip;q=0.5', true],
  ['gzip, deflate, br', true],
  ['*', true],
  ['gzip;q=0, *', false],
  ['identity', false],
  ['x-gzip-not', false],
  [undefined, false],
])('Accept-Encoding %s', (header, expected) => {
  expect(takesGzip(header)).toBe(expected)
})
