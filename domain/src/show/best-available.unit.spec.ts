import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { EveryChoice, isLess } from '../testing/every-choice.js'
import { drawn, type SmallHall, smallHall } from '../testing/small-halls.js'
import { bestAvailable } from './best-available.js'
import type { BestAvailable } from './commands.js'
import type { Note } from './events.js'
import type { Rejection } from './rejections.js'

type Answer = { seats: string[]; notes: Note[] } | { rejection: Rejection }

const ask = (hall: SmallHall, wanted: Partial<BestAvailable> & { quantity: number }): Answer => {
  const answer = bestAvailable(hall.index, hall.freeSeats, {
    category: null,
    together: 'required',
    accessible: false,
    ...wanted,
  })
  return answer.ok
    ? { seats: answer.seats.map((seat) => hall.index.seatIds[seat]!), notes: answer.notes }
    : { rejection: answer.rejection }
}

const category = fc.constantFrom(null, 'A', 'B')
const quantity = fc.integer({ min: 1, max: 6 })

describe('seats together, against every choice there is', () => {
  const halls = smallHall({ accessible: 8 })

  test('a party sits together wherever any row could hold it, and else is told how many could', () => {
    fc.assert(
      fc.property(halls, category, quantity, (hall, of, n) => {
        const answer = ask(hall, { category: of, quantity: n })
        const all = new EveryChoice(hall, of)
        const possible = all.together(n)
        if ('seats' in answer) {
          expect(possible).toContainEqual(answer.seats)
          return
        }
        expect(possible).toEqual([])
        const { reason, details } = answer.rejection
        if (reason === 'category-not-found') {
          expect(hall.plan.sections[0]!.rows.flatMap(({ seats }) => seats).some((seat) => seat.category === of)).toBe(
            false,
          )
          return
        }
        const left = all.together(1).length
        expect(reason).toBe(left < n ? 'sold-out' : 'no-seats-together')
        const longest = [6, 5, 4, 3, 2, 1].find((size) => all.together(size).length > 0) ?? 0
        expect(details).toEqual([`${left < n ? left : longest}`])
      }),
      { numRuns: 2000 },
    )
  })

  test('no avoidable orphan is left: none that any other place together would not leave; and the note says so', () => {
    fc.assert(
      fc.property(halls, category, quantity, (hall, of, n) => {
        const answer = ask(hall, { category: of, quantity: n })
        if (!('seats' in answer)) return
        const all = new EveryChoice(hall, of)
        const orphans = all.newOrphans(answer.seats).length
        expect(orphans).toBe(Math.min(...all.together(n).map((seats) => all.newOrphans(seats).length)))
        expect(answer.notes).toEqual(orphans > 0 ? ['orphan-left'] : [])
      }),
      { numRuns: 2000 },
    )
  })

  test('of the best of each run: fewest orphans, then nearest to the focal point', () => {
    fc.assert(
      fc.property(halls, category, quantity, (hall, of, n) => {
        const answer = ask(hall, { category: of, quantity: n })
        if (!('seats' in answer)) return
        const all = new EveryChoice(hall, of)
        const worth = (seats: string[]) => [all.newOrphans(seats).length, all.distance(seats)]
        const best = all.bestOfEachRun(n).map(worth)
        expect(best.some((other) => isLess(other, worth(answer.seats)))).toBe(false)
        expect(best.some((other) => !isLess(worth(answer.seats), other))).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['an even rest in even halves', 'aaaaaaaa', 2, ['r0-4', 'r0-5']],
    ['three leave even halves of five', 'aaaaaaa', 3, ['r0-2', 'r0-3', 'r0-4']],
    ['an odd rest has one odd half anyway', 'aaaaaaaaa', 2, ['r0-4', 'r0-5']],
  ])('%s', (_, row, n, seats) => {
    expect(ask(drawn(row), { quantity: n })).toEqual({ seats, notes: [] })
  })

  test('in a split, the nearest of equals', () => {
    expect(ask(drawn('aaAAAaa', 'aaAAAaa'), { quantity: 4, together: 'preferred' })).toEqual({
      seats: ['r0-5', 'r0-6', 'r1-5', 'r1-6'],
      notes: ['split'],
    })
  })
})

describe('parties that no row can hold', () => {
  test('fewest groups, then fewest orphans, then fewest who sit alone: of every set of seats there is', () => {
    fc.assert(
      fc.property(
        smallHall({ rows: 4, seats: 5, mixed: false }),
        category,
        fc.integer({ min: 2, max: 5 }),
        (hall, of, n) => {
          const answer = ask(hall, { category: of, quantity: n, together: 'preferred' })
          const all = new EveryChoice(hall, of)
          if (!('seats' in answer)) {
            expect(all.together(1).length).toBeLessThan(n)
            return
          }
          if (all.together(n).length > 0) {
            expect(answer.notes).not.toContain('split')
            return
          }
          expect(answer.notes).toContain('split')
          const worth = (seats: string[]) => {
            const groups = all.groups(seats)
            const alone = groups.filter((size) => size === 1).length
            return [groups.length, all.newOrphans(seats).length, alone]
          }
          const mine = worth(answer.seats)
          expect(answer.notes.includes('orphan-left')).toBe(mine[1]! > 0)
          expect(all.sets(n).filter((seats) => isLess(worth(seats), mine))).toEqual([])
        },
      ),
    )
  })

  test('a party that asks gets a wheelchair place, side by side wherever a row could, and no companion seat without one', () => {
    fc.assert(
      fc.property(smallHall({ accessible: 3 }), fc.integer({ min: 1, max: 4 }), fc.boolean(), (hall, n, preferred) => {
        const answer = ask(hall, { quantity: n, accessible: true, together: preferred ? 'preferred' : 'required' })
        const use = (id: string) => hall.index.seatUse[hall.index.seats.get(id)!]
        const possible = hall.plan.sections[0]!.rows.some(({ seats }) =>
          seats.some((_, first) => {
            const window = seats.slice(first, first + n)
            return (
              window.length === n &&
              window.every(({ id }) => hall.free.has(id)) &&
              window.some(({ accessible }) => accessible === 'wheelchair')
            )
          }),
        )
        if (!('seats' in answer)) {
          expect(possible).toBe(false)
          return
        }
        expect(answer.seats.length).toBe(n)
        expect(new Set(answer.seats).size).toBe(n)
        expect(answer.notes.includes('split')).toBe(!possible)
        expect(answer.seats.filter((id) => use(id) === 1).length).toBeGreaterThan(0)
        if (possible) expect(new EveryChoice(hall).groups(answer.seats)).toHaveLength(1)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['a wheelchair and its companion', ['aawcaaaa'], 2, ['r0-2', 'r0-3']],
    ['no companion seat is stranded', ['aacwcWaa'], 1, ['r0-3']],
    ['a far one that strands none rather than a near one', ['aaawcaa', 'waaaaaa'], 1, ['r1-0']],
    ['one wheelchair place for one party', ['wcwc'], 3, ['r0-1', 'r0-2', 'r0-3']],
    ['an ordinary seat beside it where there is no companion seat', ['aaawaaa'], 2, ['r0-3', 'r0-4']],
  ])('%s', (_, rows, n, seats) => {
    expect(ask(drawn(...rows), { quantity: n, accessible: true })).toMatchObject({ seats })
  })

  test('none left', () => {
    expect(ask(drawn('aaWcaa'), { quantity: 2, accessible: true })).toEqual({
      rejection: { reason: 'sold-out', details: ['0'] },
    })
    expect(ask(drawn('AAwcAA'), { quantity: 3, accessible: true })).toEqual({
      rejection: { reason: 'no-seats-together', details: ['2'] },
    })
    expect(ask(drawn('AAwcAA', 'aaaa'), { quantity: 4, accessible: true, together: 'preferred' })).toMatchObject({
      seats: ['r0-2', 'r0-3', 'r1-2', 'r1-3'],
      notes: ['split'],
    })
  })
})
