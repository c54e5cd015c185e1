import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { smallCapacity, smallPlan } from '../testing/fixtures.js'
import { canonicalPlan } from './canonical-plan.js'
import { roundHall, stadium, theatre } from './halls.js'
import type { Plan } from './plan.js'
import { indexPlan } from './plan-index.js'
import { shareOut } from './share-out.js'
import { validatePlan } from './validate-plan.js'

const seatsOf = (plan: Plan) => plan.sections.flatMap((section) => section.rows.flatMap((row) => row.seats))

describe('validatePlan', () => {
  const broken = (change: (plan: Mutable<Plan>) => void): string[] => {
    const plan = structuredClone(smallPlan) as Mutable<Plan>
    change(plan)
    return validatePlan(plan)
  }
  const seat = (plan: Mutable<Plan>) => plan.sections[0]!.rows[0]!.seats[1]!

  test('a good plan', () => {
    expect(validatePlan(smallPlan)).toEqual([])
  })

  test.each<[string, (plan: Mutable<Plan>) => void, RegExp]>([
    [
      'no name',
      (plan) => {
        plan.name = ' '
      },
      /^name: must not be empty$/,
    ],
    [
      'no focal point',
      (plan) => {
        plan.focalPoint.x = Number.NaN
      },
      /^focalPoint\.x: .*finite/,
    ],
    [
      'an endless coordinate',
      (plan) => {
        seat(plan).y = Number.POSITIVE_INFINITY
      },
      /^sections\[0\]\.rows\[0\]\.seats\[1\]\.y: .*finite/,
    ],
    [
      'a use that nobody knows',
      (plan) => {
        seat(plan).accessible = 'bench' as 'companion'
      },
      /^sections\[0\]\.rows\[0\]\.seats\[1\]\.accessible: "bench" is neither/,
    ],
    [
      'a seat id twice',
      (plan) => {
        seat(plan).id = 'A1'
      },
      /seats\[1\]\.id: "A1" is the id of sections\[0\]\.rows\[0\]\.seats\[0\] already/,
    ],
    [
      'a seat with an area’s id',
      (plan) => {
        plan.areas[0]!.id = 'A1'
      },
      /^areas\[0\]\.id: "A1" is the id of sections/,
    ],
    [
      'a section id twice',
      (plan) => {
        plan.sections[1]!.id = 'stalls'
      },
      /^sections\[1\]\.id: "stalls" .*unique/,
    ],
    [
      'a row id twice',
      (plan) => {
        plan.sections[1]!.rows[0]!.id = 'A'
      },
      /^sections\[1\]\.rows\[0\]\.id: "A"/,
    ],
    [
      'a category id twice',
      (plan) => {
        plan.categories[3]!.id = 'front'
      },
      /^categories\[3\]\.id: "front"/,
    ],
    [
      'an empty id',
      (plan) => {
        plan.areas[0]!.id = ''
      },
      /^areas\[0\]\.id: an id has 1 to 64/,
    ],
    [
      'a long id',
      (plan) => {
        plan.areas[0]!.id = 'x'.repeat(65)
      },
      /^areas\[0\]\.id: an id has 1 to 64/,
    ],
    [
      'an id with a line break',
      (plan) => {
        plan.areas[0]!.id = 'a\nb'
      },
      /^areas\[0\]\.id: .*control/,
    ],
    [
      'an unknown category of a seat',
      (plan) => {
        seat(plan).category = 'Y'
      },
      /seats\[1\]\.category: "Y" is not a category/,
    ],
    [
      'an unknown category of an area',
      (plan) => {
        plan.areas[1]!.category = 'Y'
      },
      /^areas\[1\]\.category: "Y"/,
    ],
    [
      'a colour that is none',
      (plan) => {
        plan.categories[0]!.color = 'red'
      },
      /^categories\[0\]\.color: "red"/,
    ],
    [
      'no capacity',
      (plan) => {
        plan.areas[0]!.capacity = 0
      },
      /^areas\[0\]\.capacity: 0 is not a whole number/,
    ],
    [
      'half a place',
      (plan) => {
        plan.areas[0]!.capacity = 1.5
      },
      /^areas\[0\]\.capacity: 1.5/,
    ],
    [
      'too many places',
      (plan) => {
        plan.areas[0]!.capacity = 2 ** 31
      },
      /places, at most/,
    ],
  ])('%s', (_, change, says) => {
    const messages = broken(change)
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatch(says)
  })

  test('no place at all', () => {
    expect(
      broken((plan) => {
        plan.sections = []
        plan.areas = []
      }),
    ).toEqual(['sections, areas: a plan has at least one place'])
  })

  test('everything at once, and not without end', () => {
    const messages = broken((plan) => {
      plan.name = ''
      plan.sections[0]!.rows[0]!.seats = Array.from({ length: 500 }, () => seatsOf(smallPlan)[0]!)
    })
    expect(messages).toHaveLength(101)
    expect(messages[0]).toMatch(/^name/)
    expect(messages[100]).toBe('and 400 more')
  })
})

test('canonical text has the interfaces’ keys in their order, and nothing else', () => {
  const reversed = JSON.parse(JSON.stringify(smallPlan), (_, value) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? { extra: 1, ...Object.fromEntries(Object.entries(value).reverse()) }
      : value,
  ) as Plan
  const text = canonicalPlan(smallPlan)
  expect(canonicalPlan(reversed)).toBe(text)
  expect(JSON.parse(text)).toEqual(smallPlan)
  expect(text.slice(0, 96)).toBe(
    '{"name":"Small hall","focalPoint":{"x":0,"y":-5},"categories":[{"id":"front","name":"front","color":"#123456"}]}'.slice(
      0,
      96,
    ),
  )
  expect(canonicalPlan({ ...smallPlan, focalPoint: { x: -0, y: -5 } })).toBe(text)
})

test('a seat’s use is in the text where it has one, and leaves no trace where it has none', () => {
  const text = canonicalPlan(smallPlan)
  expect(text).not.toContain('accessible')
  const plan = structuredClone(smallPlan) as Mutable<Plan>
  plan.sections[0]!.rows[0]!.seats[1]!.accessible = 'companion'
  expect(canonicalPlan(plan)).toBe(
    text.replace('"id":"A2","number":"2","category":"front","x":1,"y":0', (seat) => `${seat},"accessible":"companion"`),
  )
  delete plan.sections[0]!.rows[0]!.seats[1]!.accessible
  expect(canonicalPlan(plan)).toBe(text)
})

test('an index numbers seats in plan order, rows begin at words, and is made once', () => {
  const index = indexPlan(smallPlan)
  expect(indexPlan(smallPlan)).toBe(index)
  expect(index.seatCount).toBe(48)
  expect(index.capacity).toBe(smallCapacity)
  expect([...index.rowStart]).toEqual([0, 4, 8, 48])
  expect([...index.rowWord]).toEqual([0, 1, 2, 4])
  expect(index.seatBit[index.seats.get('C40')!]).toBe(2 * 32 + 39)
  expect(new Set(index.seatBit).size).toBe(48)
  expect(index.usedCategories.map((category) => index.categoryIds[category])).toEqual(['front', 'back', 'floor'])
  const unknown = { ...smallPlan, areas: [{ ...smallPlan.areas[0]!, category: 'Y' }] }
  expect(() => indexPlan(unknown)).toThrow('names the category "Y"')
})

describe('generated halls', () => {
  test('a round hall has exactly the seats asked for, apart from each other, in several sections and categories', () => {
    const hall = roundHall({ seats: 738 })
    const seats = seatsOf(hall)
    expect(validatePlan(hall)).toEqual([])
    expect(seats).toHaveLength(738)
    expect(hall.sections).toHaveLength(6)
    expect(new Set(seats.map(({ category }) => category))).toEqual(new Set(['A', 'B', 'C']))
    const nearest = seats
      .flatMap((a, at) => seats.slice(at + 1).map((b) => Math.hypot(a.x - b.x, a.y - b.y)))
      .reduce((least, distance) => Math.min(least, distance))
    expect(nearest).toBeGreaterThan(0.5)
    for (const row of hall.sections.flatMap((section) => section.rows)) {
      const radii = row.seats.map(({ x, y }) => Math.hypot(x, y))
      expect(Math.max(...radii) - Math.min(...radii)).toBeLessThan(0.02)
    }
  })

  test('of any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (seats) => {
        const hall = roundHall({ seats })
        expect(seatsOf(hall)).toHaveLength(seats)
        expect(validatePlan(hall)).toEqual([])
      }),
      { numRuns: 30 },
    )
    expect(() => roundHall({ seats: 0 })).toThrow(RangeError)
  })

  test('a theatre has 2,500 seats and an area to stand in', () => {
    const hall = theatre()
    expect(validatePlan(hall)).toEqual([])
    expect(seatsOf(hall)).toHaveLength(2500)
    expect(indexPlan(hall).capacity).toBe(2800)
    expect(hall.areas).toEqual([{ id: 'standing', name: 'Standing', category: 'D', capacity: 300 }])
    expect(hall.sections.map(({ name }) => name)).toEqual([
      'Stalls left',
      'Stalls centre',
      'Stalls right',
      'Balcony left',
      'Balcony right',
    ])
  })

  test('a stadium has sixty sections, and wheelchair places with companions', () => {
    const plan = stadium()
    expect(validatePlan(plan)).toEqual([])
    expect(seatsOf(plan)).toHaveLength(50_000)
    expect(plan.sections).toHaveLength(60)
    expect(new Set(seatsOf(plan).map(({ category }) => category)).size).toBe(4)
    const uses = seatsOf(plan).map(({ accessible }) => accessible)
    expect(uses.filter((use) => use === 'wheelchair')).toHaveLength(60)
    expect(uses.filter((use) => use === 'companion')).toHaveLength(60)
    expect(canonicalPlan(stadium({ seats: 50_000, sections: 60 }))).toBe(canonicalPlan(plan))
  })

  test('a stadium of any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10 }), fc.integer({ min: 1, max: 2000 }), (half, more) => {
        const plan = stadium({ seats: 16 * half + more, sections: 2 * half })
        expect(validatePlan(plan)).toEqual([])
        expect(seatsOf(plan)).toHaveLength(16 * half + more)
        expect(plan.sections).toHaveLength(2 * half)
      }),
      { numRuns: 30 },
    )
    expect(() => stadium({ seats: 1000, sections: 3 })).toThrow(RangeError)
    expect(() => stadium({ seats: 100, sections: 60 })).toThrow(RangeError)
  })

  test('the same numbers give the same plan', () => {
    expect(canonicalPlan(roundHall({ seats: 738 }))).toBe(canonicalPlan(roundHall({ seats: 738 })))
    expect(canonicalPlan(theatre())).toBe(canonicalPlan(theatre({ places: 2800, standing: 300 })))
  })
})

test('shares are whole, sum up, and lie within one of the exact ones', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 20 }),
      (total, weights) => {
        const sum = weights.reduce((a, b) => a + b, 0)
        const shares = shareOut(total, weights)
        expect(shares.reduce((a, b) => a + b, 0)).toBe(total)
        shares.forEach((share, at) => {
          expect(Math.abs(share - (total * weights[at]!) / sum)).toBeLessThan(1)
        })
      },
    ),
  )
})

type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer E)[]
    ? Mutable<E>[]
    : T[K] extends object
      ? Mutable<T[K]>
      : T[K]
}
