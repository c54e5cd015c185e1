import { describe, expect, test } from '@jest/globals'
import { opens, reservationId, scheduled, smallPlan } from '../testing/fixtures.js'
import { indexPlan } from '../venue/plan-index.js'
import { describeShow } from './describe.js'
import type { ShowScheduled } from './events.js'
import { ShowRestore } from './restore-show.js'
import {
  type EndedRow,
  type PartOfShow,
  type ReservationRow,
  type ShowHead,
  SnapshotError,
  showParts,
} from './snapshot-show.js'

const plan = indexPlan(smallPlan)
const [pit, box] = ['pit', 'box'].map((area) => plan.areas.get(area)!) as [number, number]
const seat = (id: string) => plan.seats.get(id)!
/** Slots 1 and 3 of four are free; A1 and A2 are held, one place of the pit and two of the box sold. */
const head: ShowHead = {
  ...{
    part: 'show',
    version: 9,
    terms: scheduled().data as ShowScheduled,
    paused: null,
    cancelled: null,
    withdrawn: [],
  },
  ...{ areaCapacity: [...plan.areaCapacity], slots: 4, freeSlots: 2, reservations: 2, ended: 1 },
  ...{ admissionRequired: false, redeemed: 0 },
}
const held: ReservationRow = [0, reservationId(1), 'ann', [seat('A1'), seat('A2')], [], 2, 0, opens, 1, opens + 9]
const sold: ReservationRow = [2, reservationId(2), 'bob', [], [pit, 1, box, 2], 3, 1, opens, 0, opens + 9]
const ended: EndedRow = [reservationId(3), 'cem', 'expired']

interface Parts {
  rows?: unknown[][]
  free?: unknown[]
  ends?: unknown[][]
}
function restored({ rows = [held, sold], free = [3, 1], ends = [ended] }: Parts) {
  const restore = new ShowRestore(head, plan)
  restore.take({ part: 'reservations', rows } as PartOfShow)
  restore.take({ part: 'free-slots', slots: free } as PartOfShow)
  restore.take({ part: 'ended', rows: ends } as PartOfShow)
  return restore.finish()
}
/** `row` with another value at one place. */
const but = (row: readonly unknown[], at: number, value: unknown) => row.with(at, value)

describe('a show is restored', () => {
  test('from its parts, whole', () => {
    const state = restored({})
    expect([...showParts(state, 9)]).toEqual([
      head,
      { part: 'reservations', rows: [held, sold] },
      { part: 'free-slots', slots: [3, 1] },
      { part: 'ended', rows: [ended] },
    ])
    expect(describeShow(state).customers).toEqual([
      ['ann', 2],
      ['bob', 3],
    ])
  })

  test.each<[string, Parts]>([
    ['a slot that there is not', { rows: [but(held, 0, -1), sold] }],
    ['a slot past the last', { rows: [but(held, 0, 4), sold] }],
    ['a slot that is no whole number', { rows: [but(held, 0, 0.5), sold] }],
    ['no slot', { rows: [but(held, 0, null), sold] }],
    ['a slot of two reservations', { rows: [but(held, 0, 2), sold] }],
    ['a free slot that is taken', { free: [3, 0] }],
    ['a free slot twice', { free: [3, 3] }],
    ['a free slot that there is not', { free: [3, -1] }],
    ['a free slot that is no whole number', { free: [3, 0.5] }],
    ['a free slot too few', { free: [3] }],
    ['another show’s reservation', { rows: [but(held, 1, 'x'), sold] }],
    ['an id that is no text', { rows: [but(held, 1, 42), sold] }],
    ['a reservation twice', { rows: [but(held, 1, sold[1]), sold] }],
    ['a customer that is no text', { rows: [but(held, 2, 42), sold] }],
    ['a seat twice', { rows: [but(held, 3, [5, 5]), sold] }],
    ['a seat that the plan has not', { rows: [but(held, 3, [plan.seatCount]), sold] }],
    ['no places', { rows: [but(held, 3, []), sold] }],
    ['an area that the plan has not', { rows: [held, but(sold, 4, [7, 1])] }],
    ['no area', { rows: [held, but(sold, 4, [-1, 1])] }],
    ['an area twice', { rows: [held, but(sold, 4, [pit, 1, pit, 1])] }],
    ['an area without its quantity', { rows: [held, but(sold, 4, [pit])] }],
    ['more places than the area has', { rows: [held, but(sold, 4, [pit, 6])] }],
    ['a quantity of none', { rows: [held, but(sold, 4, [pit, 0])] }],
    ['a total that is no number', { rows: [held, but(sold, 5, null)] }],
    ['an end that is no time', { rows: [held, but(sold, 9, 'soon')] }],
    ['one that ended and is live', { ends: [but(ended, 0, held[1])] }],
    ['another show’s that ended', { ends: [but(ended, 0, 'x')] }],
    ['an ending that there is not', { ends: [but(ended, 2, 'burnt')] }],
  ])('never with %s', (_, parts) => {
    expect(() => restored(parts)).toThrow(SnapshotError)
  })
})
