import { describe, expect, it } from '@jest/globals'
import { choosePlaces } from './seat-choice.js'
import { SeededRandom } from './seeded-random.js'

const rows = [
  ['A1', 'A2', 'A3'],
  ['B1', 'B2', 'B3'],
]
const choose = (
  party: number,
  taken: string[],
  seed = 1,
  areas: { area: string; capacity: number; free: number }[] = [],
) => choosePlaces({ rows, isFree: (seat) => !taken.includes(seat), areas }, party, new SeededRandom(seed))

describe('the places that a party picks', () => {
  it('are side by side where that is possible', () => {
    for (let seed = 0; seed < 20; seed += 1) expect(choose(2, ['A2', 'B1'], seed)?.seats).toEqual(['B2', 'B3'])
  })
  it('are anywhere where it is not, and fewer where there are no more', () => {
    const apart = choose(2, ['A2', 'B2', 'B3'])?.seats ?? []
    expect(new Set(apart).size).toBe(2)
    expect(['A1', 'A3', 'B1']).toEqual(expect.arrayContaining(apart))
    expect(choose(4, ['A1', 'A2', 'A3', 'B1', 'B2'])?.seats).toEqual(['B3'])
  })
  it('are none in a full hall', () => expect(choose(1, rows.flat())).toBeNull())
  it('are the same for the same seed', () => expect(choose(2, [], 7)).toEqual(choose(2, [], 7)))
  it('are on the floor when all seats are gone, no more than there are', () => {
    const floor = { area: 'floor', capacity: 100, free: 2 }
    expect(choose(3, rows.flat(), 1, [floor])).toEqual({ seats: [], areas: [{ area: 'floor', quantity: 2 }] })
  })
  it('are seats and floor, as much as there is of each', () => {
    const picked = Array.from({ length: 200 }, (_, seed) => choose(1, [], seed, [{ area: 'f', capacity: 6, free: 6 }]))
    const onFloor = picked.filter((choice) => choice?.areas.length === 1).length
    expect(onFloor).toBeGreaterThan(60)
    expect(onFloor).toBeLessThan(140)
  })
})
