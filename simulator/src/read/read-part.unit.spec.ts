import { describe, expect, it, jest } from '@jest/globals'
import { type Episode, runEpisode } from '../run/episode.js'
import { parts } from '../run/parts.js'

// Long before this something hangs; how fast it is, nothing here says.
jest.setTimeout(120_000)

const episode = (seed: string): Promise<Episode> => runEpisode({ seed, commands: 300, parts })

describe('the read side', () => {
  it('shows what the journal leads to; one seed, one run', async () => {
    const [first, again, other] = [await episode('read-1'), await episode('read-1'), await episode('read-2')]
    for (const { violations } of [first, again, other]) expect(violations).toEqual([])
    expect(again.hash).toBe(first.hash)
    expect(other.hash).not.toBe(first.hash)
    expect(first.faults.replicaLag).toBeGreaterThan(0)
  })
})
