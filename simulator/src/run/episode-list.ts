import { SeededRandom } from '../kernel/index.js'

export interface EpisodePlan {
  seed: string
  commands: number
}

const [least, most] = [2_000, 6_000]

/**
 * A run is cut into worlds of some thousand commands: histories stay short, however long the run, and one that fails is
 * replayed alone. A seed with a slash is that of one of them.
 */
export function episodesOf(seed: string, commands: number): EpisodePlan[] {
  if (seed.includes('/')) return [{ seed, commands }]
  const random = new SeededRandom('episodes', seed)
  const episodes: EpisodePlan[] = []
  for (let left = commands; left > 0; ) {
    const size = left < most ? left : random.between(least, most)
    episodes.push({ seed: `${seed}/${episodes.length}`, commands: size })
    left -= size
  }
  return episodes
}
