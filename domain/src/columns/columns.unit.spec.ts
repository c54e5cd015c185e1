import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { floats } from './paged-column.js'
import { TextColumn } from './text-column.js'
import { TextTable } from './text-table.js'

const place = fc.oneof(fc.nat(40), fc.nat(10_000))

test('a column is a map of numbers, and stays as it was frozen', () => {
  const step = fc.record({ place, value: fc.double({ noNaN: true }), freeze: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), place, (steps, never) => {
      const column = floats()
      const model = new Map<number, number>()
      const kept: { model: Map<number, number>; column: Pick<typeof column, 'get'> }[] = [{ model, column }]
      for (const { place, value, freeze } of steps) {
        if (freeze) kept.push({ model: new Map(model), column: column.frozen() })
        column.set(place, value)
        model.set(place, value)
      }
      const places = [never, ...steps.map(({ place }) => place)]
      for (const { model, column } of kept)
        expect(places.map((at) => column.get(at))).toEqual(places.map((at) => model.get(at) ?? 0))
    }),
  )
})

/** Alike in their beginnings, of all lengths around the bound of those that are packed, and some that can't be. */
const text = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'a\0', '\0', 'é', '0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f', '\u007f', '\uffff'),
  fc.tuple(fc.integer({ min: 37, max: 43 }), fc.constantFrom('', 'b', 'ü')).map(([n, end]) => 'a'.repeat(n) + end),
  fc.string({ maxLength: 6 }),
)

test('texts come back as they are, and compare as they do', () => {
  fc.assert(
    fc.property(text, text, fc.nat(5_000), fc.boolean(), (one, other, at, wasOther) => {
      const column = new TextColumn()
      if (wasOther) column.set(at, other)
      column.set(at, one)
      column.set(at + 1, other)
      expect([column.get(at), column.get(at + 1), column.get(at + 2)]).toEqual([one, other, ''])
      expect(column.isBefore(at, at + 1)).toBe(one < other)
      const before = column.frozen()
      column.set(at, `${other}!`)
      expect(before.get(at)).toBe(one)
    }),
    { numRuns: 1_000 },
  )
})

test('a table of texts is a map both ways', () => {
  const step = fc.record({ text, place: fc.nat(80), remove: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: 'max' }), (steps) => {
      const table = new TextTable()
      const places = new Map<string, number>()
      for (const { text, place, remove } of steps) {
        const known = places.get(text)
        if (known !== undefined && remove) {
          table.delete(known)
          places.delete(text)
        } else if (known === undefined && ![...places.values()].includes(place)) {
          table.put(place, text)
          places.set(text, place)
        }
        expect(table.size).toBe(places.size)
        expect(table.find(text)).toBe(places.get(text) ?? -1)
      }
      for (const { text } of steps) expect(table.find(text)).toBe(places.get(text) ?? -1)
      const all = table.frozen()
      for (const [text, place] of places) expect([table.get(place), all.get(place)]).toEqual([text, text])
    }),
    { numRuns: 200 },
  )
})

test('a table grows without losing any', () => {
  const table = new TextTable()
  const names = Array.from({ length: 20_000 }, (_, n) => `customer-${n}`)
  names.forEach((name, n) => {
    table.put(n, name)
  })
  for (let n = 0; n < names.length; n += 2) table.delete(n)
  expect(names.map((name) => table.find(name))).toEqual(names.map((_, n) => (n % 2 === 0 ? -1 : n)))
  expect(() => table.delete(0)).toThrow('no text at place 0')
})
