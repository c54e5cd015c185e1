import { describe, expect, test } from '@jest/globals'
import { type EndSeen, lagMs, noteEnd } from './lag.js'

describe('the lag of the read models', () => {
  const seen = (...looks: [at: number, end: number][]) => {
    const ends: EndSeen[] = []
    for (const [at, end] of looks) noteEnd(ends, end, at, 10_000)
    return ends
  }

  test('is nothing where everything is applied', () => {
    expect(lagMs(seen([0, 10], [200, 20]), 20, 250)).toBe(0)
    expect(lagMs(seen([0, 10]), 12, 50)).toBe(0)
  })

  test('runs from when the oldest record that is missing was certainly not there', () => {
    const ends = seen([0, 10], [200, 10], [400, 20], [600, 30])
    expect(lagMs(ends, 10, 700)).toBe(500)
    expect(lagMs(ends, 15, 700)).toBe(500)
    expect(lagMs(ends, 20, 700)).toBe(300)
  })

  test('runs from the first look where nothing older was seen', () => {
    expect(lagMs(seen([100, 20]), 5, 300)).toBe(200)
  })

  test('forgets ends of long ago, and never the last', () => {
    const ends = seen([0, 10], [1, 20], [20_000, 30])
    expect(ends.map(({ end }) => end)).toEqual([30])
  })
})
