import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from '@jest/globals'
import { uuid } from '../testing/fixtures.js'
import { LiveReservations } from './live-reservations.js'

const hold = (n: number, more: object = {}) => ({
  ...{ id: `show.${uuid(n)}`, customerId: uuid(1_000_000 + n), seats: [], areas: [{ area: 0, quantity: 1 }] },
  ...{ places: 1, totalMinor: 1_000, heldAt: 1_795_000_000_000, expiresAt: 1_795_000_000_000 + n, ...more },
})

describe('live reservations', () => {
  test('leave nothing on the heap that a collection of garbage would have to look at', () => {
    setFlagsFromString('--expose-gc')
    const collectGarbage = runInNewContext('gc') as () => void
    const live = new LiveReservations('show', 10)
    const used = () => {
      collectGarbage()
      return process.memoryUsage().heapUsed
    }
    live.hold(hold(0))
    const before = used()
    for (let n = 1; n <= 50_000; n++) live.hold(hold(n))
    // Its place in the queue, and little else; as an object with two texts it took 475.
    expect((used() - before) / 50_000).toBeLessThan(60)
    expect(live.get(`show.${uuid(50_000)}`)).toEqual({
      ...{ ...hold(50_000), slot: 50_000, status: 'held', extended: false },
    })
  })

  test('of several areas are told apart from those that had their slot before', () => {
    const live = new LiveReservations('show', 10)
    const areas = [0, 1, 2].map((area) => ({ area, quantity: area + 1 }))
    const slot = live.hold(hold(1, { areas, places: 6 }))
    expect(live.at(slot)!.areas).toEqual(areas)
    live.end(slot)
    expect(live.at(slot)).toBeNull()
    expect(live.hold(hold(2))).toBe(slot)
    expect(live.at(slot)!.areas).toEqual([{ area: 0, quantity: 1 }])
  })

  test('that end together do so by id', () => {
    const live = new LiveReservations('show', 10)
    for (const n of [3, 1, 2]) live.hold(hold(n, { expiresAt: 9 }))
    expect(live.due(9, 3).map(({ id }) => id)).toEqual([1, 2, 3].map((n) => `show.${uuid(n)}`))
  })
})
