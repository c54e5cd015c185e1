import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { RecentAnswers } from './recent-answers.js'

const answer = (text: string, records = 1) => ({ value: Buffer.from(text), records })

describe('recent answers', () => {
  test('are found by partition and offset, with what their command left', () => {
    const recent = new RecentAnswers(8)
    recent.put(0, 5, answer('five', 3))
    recent.put(1, 5, answer('another five'))
    expect(recent.get(0, 5)).toEqual(answer('five', 3))
    expect(recent.get(1, 5)).toEqual(answer('another five'))
    expect(recent.get(0, 6)).toBeNull()
    expect(recent.get(0, 13)).toBeNull()
    expect(recent.get(2, 0)).toBeNull()
  })

  test('are copies: neither what was put nor what was given changes them', () => {
    const recent = new RecentAnswers(8)
    const put = answer('as it was')
    recent.put(0, 0, put)
    put.value.fill('x')
    recent.get(0, 0)?.value.fill('y')
    expect(recent.get(0, 0)).toEqual(answer('as it was'))
  })

  test('give way to newer ones', () => {
    const recent = new RecentAnswers(3)
    for (let offset = 0; offset < 5; offset += 1) recent.put(0, offset, answer(`answer ${offset}`))
    expect([0, 1, 2, 3, 4].map((offset) => recent.get(0, offset)?.value.toString())).toEqual([
      ...[undefined, undefined],
      ...['answer 2', 'answer 3', 'answer 4'],
    ])
  })

  test('that are larger than all the memory are not kept', () => {
    const recent = new RecentAnswers(4, 10)
    recent.put(0, 0, answer('short'))
    recent.put(0, 1, answer('more than ten bytes'))
    expect(recent.get(0, 1)).toBeNull()
    expect(recent.get(0, 0)).toEqual(answer('short'))
  })

  test('are what was put last there, or not found, however they lie in the memory; the last one is', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2), fc.nat(20), fc.nat(16), fc.nat(5)), { minLength: 1, maxLength: 60 }),
        (puts) => {
          const recent = new RecentAnswers(7, 40)
          const all = new Map<string, ReturnType<typeof answer>>()
          for (const [at, [partition, offset, length, records]] of puts.entries()) {
            const one = answer(String.fromCharCode(97 + (at % 26)).repeat(length), records)
            all.set(`${partition}:${offset}`, one)
            recent.put(partition, offset, one)
            expect(recent.get(partition, offset)).toEqual(one)
            for (const [place, expected] of all) {
              const [ofPartition, ofOffset] = place.split(':').map(Number) as [number, number]
              expect([null, expected]).toContainEqual(recent.get(ofPartition, ofOffset))
            }
          }
        },
      ),
      { numRuns: 300, endOnFailure: true },
    ))
})
