import { describe, expect, test } from '@jest/globals'
import { runEpisode } from './episode.js'
import { episodesOf, isOfRooms, isRush } from './episode-list.js'
import { parts } from './parts.js'

describe('an episode', () => {
  test('is the same for the same seed, another for another, and keeps every promise', async () => {
    const options = { seed: 'unit/1', commands: 150, parts }
    const first = await runEpisode(options)
    const again = await runEpisode({ ...options, traced: 100 })
    const other = await runEpisode({ ...options, seed: 'unit/2' })
    expect([...first.violations, ...other.violations]).toEqual([])
    expect(again.hash).toBe(first.hash)
    expect(other.hash).not.toBe(first.hash)
    expect(first.commands).toBeGreaterThanOrEqual(150)
    expect(again.trace.length).toBe(100)
  }, 120_000)

  test('without any kind of fault nothing is lost or doubted but what the network loses', async () => {
    const { faults, violations } = await runEpisode({ seed: 'unit/3', commands: 100, kinds: new Set(), parts })
    expect(violations).toEqual([])
    expect(faults.crash).toBe(0)
    expect(faults.clock).toBe(0)
  }, 120_000)

  test('of waiting rooms is the same for the same seed, and keeps every promise', async () => {
    const options = { seed: 'unit/room-1', commands: 250, parts }
    const first = await runEpisode(options)
    const again = await runEpisode({ ...options, traced: 20_000 })
    expect(first.violations).toEqual([])
    expect(again.hash).toBe(first.hash)
    const happened = again.trace.map(({ what }) => what).join('\n')
    for (const event of ['DrawHeld', 'TermClaimed', 'StockReported', 'AdmissionGranted'])
      expect(happened).toContain(event)
  }, 120_000)

  test('a run is cut into episodes of its own seeds, as many commands as asked for', () => {
    const episodes = episodesOf('7', 100_000)
    expect(episodes.reduce((sum, { commands }) => sum + commands, 0)).toBe(100_000)
    expect(new Set(episodes.map(({ seed }) => seed)).size).toBe(episodes.length)
    expect(episodesOf('7', 100_000)).toEqual(episodes)
    expect(episodesOf('7/3', 4_000)).toEqual([{ seed: '7/3', commands: 4_000 }])
    expect(episodes.some(({ commands }) => isRush(commands))).toBe(true)
    expect(episodes.some(({ seed }) => isOfRooms(seed))).toBe(true)
    expect(episodesOf('7', 20_000, 'rooms').every(({ seed }) => isOfRooms(seed))).toBe(true)
    expect(episodesOf('7', 100_000, 'small').some(({ commands }) => isRush(commands))).toBe(false)
  })
})
