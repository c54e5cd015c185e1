import { describe, expect, it } from '@jest/globals'
import { chooseSeats } from './seat-choice.js'
import { SeededRandom } from './seeded-random.js'

const rows = [
  ['A1', 'A2', 'A3'],
  ['B1', 'B2', 'B3'],
]
const choose = (party: number, taken: string[], seed = 1) =>
  chooseSeats({ rows, isFree: (seat) => !taken.includes(seat) }, party, new SeededRandom(seed))

describe('the seats that a party picks', () => {
  it('are side by side where that is possible', () => {
    for (let seed = 0; seed < 20; seed += 1) expect(choose(2, ['A2', 'B1'], seed)).toEqual(['B2', 'B3'])
  })
  it('are anywhere where it is not, and fewer where there are no more', () => {
    expect(choose(2, ['A2', 'B2', 'B3']).sort()).toEqual(expect.arrayContaining([expect.stringMatching(/A1|A3|B1/)]))
    expect(choose(2, ['A2', 'B2', 'B3'])).toHaveLength(2)
    expect(choose(4, ['A1', 'A2', 'A3', 'B1', 'B2'])).toEqual(['B3'])
  })
  it('are none in a full hall', () => expect(choose(1, rows.flat())).toEqual([]))
  it('are the same for the same seed', () => expect(choose(2, [], 7)).toEqual(choose(2, [], 7)))
})
