import { describe, expect, it } from '@jest/globals'
import type { Plan } from '@onsale/domain'
import { countSeatings } from './group-count.js'

const hall = (rows: Record<string, number>, accessible: string[] = []): Plan => ({
  name: 'Hall',
  focalPoint: { x: 0, y: 0 },
  categories: [{ id: 'a', name: 'A', color: '#112233' }],
  sections: [
    {
      id: 's',
      name: 'S',
      rows: Object.entries(rows).map(([row, length], y) => ({
        id: row,
        name: row,
        seats: Array.from({ length }, (_, at) => {
          const id = `${row}${at + 1}`
          return {
            id,
            number: id,
            category: 'a',
            x: at,
            y,
            ...(accessible.includes(id) ? { accessible: 'wheelchair' as const } : {}),
          }
        }),
      })),
    },
  ],
  areas: [],
})
const held = (...seats: string[]) => ({
  type: 'SeatsHeld',
  offset: 7,
  data: { seats: seats.map((seat) => ({ seat })) },
})
const freed = (type: string, ...seats: string[]) => ({ type, offset: 8, data: { seats } })
const count = (plan: Plan, ...events: ReturnType<typeof held>[] | ReturnType<typeof freed>[]) =>
  countSeatings(plan, events)

describe('how groups were seated', () => {
  it('together, with nobody left alone', () => {
    expect(count(hall({ A: 4, B: 2 }), held('A1', 'A2'), held('A3', 'A4'))).toEqual({
      seated: 2,
      split: 0,
      splitNeedlessly: 0,
      orphansMade: 0,
      orphansLeast: 0,
      orphansNow: 0,
      objections: [],
    })
  })

  it('split, though a row could hold them', () => {
    expect(count(hall({ A: 3, B: 2 }), held('A1', 'B1'))).toMatchObject({
      split: 1,
      splitNeedlessly: 1,
      objections: ['2 seats at 7 are split, and a row could hold them'],
    })
    expect(count(hall({ A: 3 }), held('A1', 'A3'))).toMatchObject({ splitNeedlessly: 1 })
  })

  it('split, since no row could', () => {
    expect(count(hall({ A: 1, B: 1 }), held('A1', 'B1'))).toMatchObject({
      split: 1,
      splitNeedlessly: 0,
      objections: [],
    })
  })

  it('beside a seat that is alone now, and need not be', () => {
    expect(count(hall({ A: 4 }), held('A2', 'A3'))).toMatchObject({ orphansMade: 2, orphansLeast: 0, orphansNow: 2 })
    expect(count(hall({ A: 4 }), held('A2')).objections).toEqual(['1 seats at 7 leave 1 single seats, 0 would do'])
    expect(count(hall({ A: 3, B: 2 }), held('A1', 'A2'))).toMatchObject({ orphansMade: 1, orphansLeast: 0 })
  })

  it('beside a seat that is alone now, which could not be avoided', () => {
    expect(count(hall({ A: 3 }), held('A1', 'A2'))).toMatchObject({ orphansMade: 1, orphansLeast: 1, objections: [] })
  })

  it('beside a seat that was alone before: nobody’s fault', () => {
    const before = [held('A1'), held('A3', 'A4')]
    expect(count(hall({ A: 5, B: 1 }), ...before, held('B1'))).toMatchObject({ orphansMade: 2, orphansNow: 2 })
  })

  it.each(['HoldReleased', 'HoldExpired', 'ReservationCancelled'])('where others left: %s', (type) => {
    const events = [held('A1', 'A2'), freed(type, 'A1', 'A2'), held('A1', 'A2')]
    expect(countSeatings(hall({ A: 2 }), events)).toMatchObject({ seated: 2, split: 0, orphansNow: 0 })
  })

  it('wheelchair places are not free for them', () => {
    const plan = hall({ A: 3, B: 2 }, ['A3'])
    expect(count(plan, held('A1', 'B1'))).toMatchObject({ splitNeedlessly: 1 })
    expect(count(hall({ A: 2 }, ['A2']), held('A1'))).toMatchObject({ orphansMade: 0, orphansNow: 0 })
    expect(count(hall({ A: 3, B: 1 }, ['A2']), held('A1', 'B1'))).toMatchObject({ splitNeedlessly: 0 })
  })
})
