import { describe, expect, it } from '@jest/globals'
import { parsed } from './file-error.js'
import { planFromPretix, type SeatIdSource } from './from-pretix.js'
import { pretixFile } from './pretix-file.js'

const seat = (n: number, over: object = {}) => ({
  seat_number: String(n),
  seat_guid: `A-${n}`,
  uuid: `uuid-${n}`,
  position: { x: n * 10, y: 0 },
  category: 'Best',
  ...over,
})
const row = (seats: object[], over: object = {}) => ({ row_number: 'A', position: { x: 100, y: 50 }, seats, ...over })
const file = (rows: object[], over: object = {}) => ({
  name: 'Hall',
  size: { width: 100, height: 100 },
  categories: [{ name: 'Best', color: '#112233' }],
  zones: [{ name: 'Ground floor', position: { x: 1, y: 2 }, rows, ...over }],
})
const read = (value: unknown, source: SeatIdSource = 'guid') => planFromPretix(parsed(pretixFile, value), source)

describe('a pretix seating plan', () => {
  it('becomes a plan: sections of rows of seats where they stand', () => {
    const { plan } = read(file([row([seat(1), seat(2)])]))
    expect(plan).toEqual({
      name: 'Hall',
      focalPoint: { x: 116, y: 52 },
      categories: [{ id: 'best', name: 'Best', color: '#112233' }],
      sections: [
        {
          id: 'ground-floor',
          name: 'Ground floor',
          rows: [
            {
              id: 'ground-floor-a',
              name: 'A',
              seats: [
                { id: 'A-1', number: '1', category: 'best', x: 111, y: 52 },
                { id: 'A-2', number: '2', category: 'best', x: 121, y: 52 },
              ],
            },
          ],
        },
      ],
      areas: [],
    })
  })

  it('tells rows apart that repeat name and numbers, and lets a row in two pieces be', () => {
    const other = (n: number) => seat(n, { seat_guid: `B-${n}`, position: { x: n, y: 9 } })
    const twice = read(file([row([seat(1)]), row([other(1)])]))
    expect(twice.plan.sections[0]?.rows.map(({ name }) => name)).toEqual(['A', 'A (2)'])
    expect(twice.notes[0]).toContain('1 rows repeat')
    const pieces = read(file([row([seat(1)]), row([other(2)])]))
    expect(pieces.plan.sections[0]?.rows.map(({ name }) => name)).toEqual(['A', 'A'])
  })

  it('looks at the area that says stage, else at the only area, else at the middle of the seats', () => {
    const rectangle = { shape: 'rectangle', position: { x: 10, y: 20 }, rectangle: { width: 100, height: 40 } }
    const bar = { ...rectangle, position: { x: 500, y: 500 }, text: { text: 'Bar', position: { x: 0, y: 0 } } }
    const stage = { ...rectangle, text: { text: 'Main stage', position: { x: 0, y: 0 } } }
    const focus = (areas: object[]) => read(file([row([seat(1)])], { areas })).plan.focalPoint
    expect(focus([bar, stage])).toEqual({ x: 61, y: 42 })
    expect(focus([rectangle])).toEqual({ x: 61, y: 42 })
    expect(focus([bar, bar])).toEqual({ x: 111, y: 52 })
  })

  it('refuses ids that repeat, says how many, which, and what would do', () => {
    const same = file([row([seat(1), seat(2, { seat_guid: 'A-1' }), seat(3, { seat_guid: 'A-1' })])])
    expect(() => read(same)).toThrow(
      "seat_guid: must be unique, 2 of 3 seats repeat another's (A-1, …); take another id with --seat-id uuid or --seat-id position",
    )
    expect(read(same, 'uuid').plan.sections[0]?.rows[0]?.seats.map(({ id }) => id)).toEqual([
      'uuid-1',
      'uuid-2',
      'uuid-3',
    ])
    expect(read(same, 'position').plan.sections[0]?.rows[0]?.seats[0]?.id).toBe('x111y52')
  })

  it('refuses a chosen id that repeats too, and recommends nothing that would not do', () => {
    const at = { position: { x: 1, y: 1 }, uuid: 'same', seat_guid: 'same' }
    expect(() => read(file([row([seat(1, at), seat(2, at)])]), 'uuid')).toThrow(
      "uuid: must be unique, 1 of 2 seats repeat another's (same, …); no other field of this file is unique either",
    )
    expect(() => read(file([row([seat(1, { uuid: undefined })])]), 'uuid')).toThrow(
      'zones[0].rows[0].seats[0].uuid: is missing, take another id with --seat-id guid or --seat-id position',
    )
  })

  it.each([
    [
      'a number that is none',
      file([row([seat(1, { position: { x: Number.NaN, y: 0 } })])]),
      'zones[0].rows[0].seats[0].position.x: ',
    ],
    [
      'a number without end',
      file([row([seat(1, { position: { x: Infinity, y: 0 } })])]),
      'zones[0].rows[0].seats[0].position.x: ',
    ],
    [
      'a seat without a number',
      file([row([seat(1, { seat_number: undefined })])]),
      'zones[0].rows[0].seats[0].seat_number: ',
    ],
    [
      'an unknown category',
      file([row([seat(1, { category: 'Worst' })])]),
      'zones[0].rows[0].seats[0].category: must be the name of one',
    ],
    ['no seats', file([]), 'zones: must have at least one seat'],
    ['no zones', { name: 'Hall', categories: [], size: { width: 1, height: 1 } }, 'zones: '],
    ['no size', { ...file([row([seat(1)])]), size: undefined }, 'size: '],
    ['a field that the format does not have', file([row([seat(1, { price: 1 })])]), 'zones[0].rows[0].seats[0]: '],
    ['such a field of a zone', file([row([seat(1)])], { displayed: true }), 'zones[0]: '],
    ['a shape that there is not', file([row([seat(1)])], { areas: [{ shape: 'star' }] }), 'zones[0].areas[0].shape: '],
    ['a row without seats', file([{ row_number: 'A' }]), 'zones[0].rows[0].seats: '],
    ['a zone without a position', file([row([seat(1)])], { position: undefined }), 'zones[0].position: '],
    [
      'two categories of one name',
      { ...file([row([seat(1)])]), categories: [{ name: 'Best' }, { name: 'Other' }, { name: 'Best' }] },
      'categories[2].name: must be unique, "Best" is the name of categories[0] too',
    ],
    ['a list', [], 'the file: '],
    ['nothing', null, 'the file: '],
  ])('names field and rule: %s', (_, value, message) => {
    expect(() => read(value)).toThrow(message)
  })

  it('needs no more than pretix does: no names of zones, no colours, no positions of rows', () => {
    const { plan, notes } = read({
      name: 'Hall',
      size: { width: 1, height: 1 },
      categories: [{ name: 'Best' }, { name: 'Other', color: 'tomato' }],
      zones: [
        { position: { x: 0, y: 0 }, rows: [{ row_number: 'A', seats: [seat(1)] }] },
        { zone_id: 'z2', position: { x: 0, y: 0 }, rows: [{ row_number: 'B', seats: [seat(2)], row_label: null }] },
      ],
    })
    expect(plan.sections.map(({ id, name }) => [id, name])).toEqual([
      ['zone-1', 'Zone 1'],
      ['z2', 'z2'],
    ])
    expect(plan.categories.map(({ color }) => color)).toEqual(['#9e9e9e', '#9e9e9e'])
    expect(notes.filter((note) => note.includes('no colour'))).toHaveLength(2)
  })
})
