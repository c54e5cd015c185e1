import { describe, expect, it } from '@jest/globals'
import { etagOf, matches, takesGzip } from './etag.js'

const at = (version: number) => ({ readModel: '1', version })

describe('ETag', () => {
  it('names part, version and encoding', () => {
    const tags = [
      etagOf('seats', at(4), false),
      etagOf('seats', at(4), true),
      etagOf('status', at(4), false),
      etagOf('seats', at(5), false),
    ]
    expect(new Set(tags).size).toBe(4)
    for (const tag of tags) expect(tag).toMatch(/^"[^"]+"$/)
  })

  it.each([
    [undefined, false],
    ['*', true],
    [etagOf('seats', at(4), true), true],
    [etagOf('seats', at(4), false), true],
    [`W/${etagOf('seats', at(4), true)}`, true],
    [`"other", ${etagOf('seats', at(4), false)}`, true],
    [etagOf('seats', at(3), false), false],
    [etagOf('status', at(4), false), false],
    ['nonsense', false],
  ])('%s', (header, expected) => {
    expect(matches(header, 'seats', at(4))).toBe(expected)
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
