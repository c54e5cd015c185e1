import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ByteReader } from './byte-reader.js'
import { HeaderContents } from './header-contents.js'

const reading = (contents: HeaderContents, name: string, bytes: Buffer) => {
  // Shorter than 64: its length is one byte, zigzag.
  const reader = new ByteReader(Buffer.from([bytes.length * 2, ...bytes]))
  const read = contents.read(reader, name)
  expect(reader.left).toBe(0)
  return read
}

test('what is read is what is there, however often and under whatever names it comes', () => {
  const content = fc
    .oneof(fc.constantFrom('a', 'b', 'ab', ''), fc.string({ maxLength: 20 }))
    .map((text) => Buffer.from(text))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('x', 'y'), content), { maxLength: 200 }), (all) => {
      const contents = new HeaderContents()
      for (const [name, bytes] of all) expect(reading(contents, name, bytes)?.equals(bytes)).toBe(true)
    }),
  )
})

test('what comes again is one buffer, and keeps nothing of the answer that it came in', () => {
  const contents = new HeaderContents()
  const all = Array.from({ length: 10 }, () => reading(contents, 'claim-id', Buffer.from('the-claim')))
  expect(new Set(all.slice(1)).size).toBe(1)
})

test('a name whose contents are all different is not looked up for ever', () => {
  const contents = new HeaderContents()
  for (let at = 0; at < 600; at += 1) reading(contents, 'ce_id', Buffer.from(`id-${at}`))
  const [one, other] = [1, 2].map(() => reading(contents, 'ce_id', Buffer.from('id-599')))
  expect(one).not.toBe(other)
})
