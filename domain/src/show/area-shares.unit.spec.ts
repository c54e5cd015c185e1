import { describe, expect, it } from '@jest/globals'
import { sharesOf } from './area-shares.js'

describe('the areas of a reservation', () => {
  it('are one list for all that have as much of the same area', () => {
    const given = { area: 3, quantity: 2 }
    const list = sharesOf([given])
    expect(list).toEqual([{ area: 3, quantity: 2 }])
    expect(sharesOf([{ area: 3, quantity: 2 }])).toBe(list)
    given.quantity = 9
    expect(sharesOf([{ area: 3, quantity: 2 }])).toEqual([{ area: 3, quantity: 2 }])
  })

  it('are told apart by area and by quantity, however many', () => {
    expect(sharesOf([{ area: 0, quantity: 1_000_001 }])).toEqual([{ area: 0, quantity: 1_000_001 }])
    expect(sharesOf([{ area: 1, quantity: 1 }])).toEqual([{ area: 1, quantity: 1 }])
    expect(sharesOf([{ area: 1, quantity: 2 }])).toEqual([{ area: 1, quantity: 2 }])
    expect(sharesOf([])).toEqual([])
  })

  it('of more than one area are its own', () => {
    const two = [
      { area: 0, quantity: 1 },
      { area: 1, quantity: 1 },
    ]
    expect(sharesOf(two)).toEqual(two)
    expect(sharesOf(two)).not.toBe(sharesOf(two))
  })
})
