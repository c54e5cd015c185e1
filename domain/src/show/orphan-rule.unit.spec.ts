import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { EveryChoice } from '../testing/every-choice.js'
import { drawn, type SmallHall, smallHall } from '../testing/small-halls.js'
import { withoutOrphans } from './orphan-rule.js'
import { orphansLeft } from './orphans.js'

const numbers = (hall: SmallHall, ids: readonly string[]) => ids.map((id) => hall.index.seats.get(id)!)
const names = (hall: SmallHall, seats: readonly number[]) => seats.map((seat) => hall.index.seatIds[seat]!)
const left = (hall: SmallHall, ids: readonly string[]) =>
  names(hall, orphansLeft(hall.index, hall.freeSeats, numbers(hall, ids)))
const instead = (hall: SmallHall, ids: readonly string[]) => {
  const found = withoutOrphans(hall.index, hall.freeSeats, numbers(hall, ids))
  return found && names(hall, found)
}

/** A hall and some of its free seats. */
const asked = (accessible: number) =>
  smallHall({ accessible }).chain((hall) =>
    fc.record({
      hall: fc.constant(hall),
      ids: fc.subarray([...hall.free], { maxLength: Math.min(5, hall.free.size) }),
    }),
  )

describe('orphans', () => {
  test('are the seats that were not single before and are single then', () => {
    fc.assert(
      fc.property(asked(5), ({ hall, ids }) => {
        expect(left(hall, ids).sort()).toEqual(new EveryChoice(hall).newOrphans(ids).sort())
      }),
      { numRuns: 1000 },
    )
  })
})

describe('what to take instead', () => {
  test('for seats side by side: there is something exactly where some place for as many leaves none', () => {
    let avoided = 0
    fc.assert(
      fc.property(smallHall(), fc.nat(), fc.integer({ min: 1, max: 4 }), (hall, at, n) => {
        const all = new EveryChoice(hall)
        const windows = all.together(n)
        if (windows.length === 0) return
        const wanted = windows[at % windows.length]!
        if (left(hall, wanted).length === 0) return
        const category = (id: string) => hall.index.seatCategory[hall.index.seats.get(id)!]!
        const categories = new Set(wanted.map(category))
        const others = windows.filter(
          (ids) => ids.every((id) => categories.has(category(id))) && all.newOrphans(ids).length === 0,
        )
        const found = instead(hall, wanted)
        if (!found) return void expect(others).toEqual([])
        expect(others).toContainEqual(found)
        avoided++
      }),
      { numRuns: 2000 },
    )
    expect(avoided).toBeGreaterThan(50)
  })

  test('for any seats: as many that are free, in the same categories, and leave no orphan', () => {
    let avoided = 0
    fc.assert(
      fc.property(asked(8), ({ hall, ids }) => {
        if (left(hall, ids).length === 0) return
        const found = instead(hall, ids)
        if (!found) return
        avoided++
        const category = (id: string) => hall.index.seatCategory[hall.index.seats.get(id)!]!
        expect(new Set(found).size).toBe(ids.length)
        expect(found.every((id) => hall.free.has(id))).toBe(true)
        expect(found.every((id) => ids.some((other) => category(other) === category(id)))).toBe(true)
        expect(new EveryChoice(hall).newOrphans(found)).toEqual([])
      }),
      { numRuns: 2000 },
    )
    expect(avoided).toBeGreaterThan(50)
  })

  test.each([
    ['one beside, where that closes the gap', ['aaaaaa'], ['r0-1', 'r0-2'], ['r0-0', 'r0-1']],
    ['a gap between two is closed', ['aaaaaa'], ['r0-2', 'r0-4'], ['r0-2', 'r0-3']],
    ['the nearest row that can', ['aAaaAAAA', 'Aaaa', 'aaaaaaaa'], ['r1-1', 'r1-2'], ['r2-3', 'r2-4']],
    ['the only seats left may be taken', ['AaaaA'], ['r0-1', 'r0-2'], null],
    ['only in the category asked for', ['aaaAbbbbb'], ['r0-0', 'r0-1'], null],
    [
      'the group that makes none stays',
      ['aaaaaaaa', 'aaaa'],
      ['r0-1', 'r0-2', 'r1-0', 'r1-1'],
      ['r0-0', 'r0-1', 'r1-0', 'r1-1'],
    ],
    ['nobody is sent from a wheelchair place', ['waaaaaa'], ['r0-0', 'r0-2'], null],
  ])('%s', (_, rows, ids, expected) => {
    const hall = drawn(...rows)
    expect(left(hall, ids).length).toBeGreaterThan(0)
    expect(instead(hall, ids)).toEqual(expected)
  })
})
