import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { smallHall } from '../testing/small-halls.js'
import { FreeSeats } from './free-seats.js'

test('taken and given back step by step, the index is that of what is free', () => {
  const steps = fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), { maxLength: 12 })
  fc.assert(
    fc.property(smallHall({ accessible: 6, seats: 40 }), steps, ({ index, freeSeats, free }, all) => {
      const now = new Set([...free].map((id) => index.seats.get(id)!))
      for (const step of all) {
        const seats = [...new Set(step.map((n) => n % index.seatCount))]
        const taken = seats.filter((seat) => now.has(seat))
        const given = new Set(seats.filter((seat) => !now.has(seat)))
        freeSeats.take(taken)
        for (const seat of taken) now.delete(seat)
        freeSeats.give(given)
        for (const seat of given) now.add(seat)
      }
      const anew = new FreeSeats(index)
      anew.give(now)
      expect(freeSeats).toEqual(anew)
      expect([...index.seatIds.keys()].filter((seat) => freeSeats.has(seat))).toEqual([...now].sort((a, b) => a - b))
    }),
    { numRuns: 300 },
  )
})

test('a copy goes its own way', () => {
  fc.assert(
    fc.property(smallHall(), ({ index, freeSeats, free }) => {
      const before = freeSeats.copy()
      const copy = freeSeats.copy()
      copy.take([...free].map((id) => index.seats.get(id)!))
      expect(freeSeats).toEqual(before)
      expect(copy).toEqual(new FreeSeats(index))
    }),
    { numRuns: 50 },
  )
})
