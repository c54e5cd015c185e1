import { SeededRandom } from '../kernel/index.js'

export interface EpisodePlan {
  seed: string
  commands: number
}

const [least, most] = [2_000, 6_000]
const [leastOfRush, mostOfRush] = [10_000, 16_000]
/** Every second world has a rush. */
const everyRush = 2

/** A world so long is one with a rush: a crowd in which hundreds want something at a time. */
export const isRush = (commands: number): boolean => commands >= leastOfRush

/**
 * A run is cut into worlds of some thousand commands: histories stay short, however long the run, and one that fails is
 * replayed alone. A seed with a slash is that of one of them. Small crowds meet more faults for each command, rushes more
 * commands for each step.
 * @param rushes false: small crowds alone
 */
export function episodesOf(seed: string, commands: number, rushes = true): EpisodePlan[] {
  if (seed.includes('/')) return [{ seed, commands }]
  const random = new SeededRandom('episodes', seed)
  const episodes: EpisodePlan[] = []
  for (let left = commands; left > 0; ) {
    const rush = rushes && episodes.length % everyRush === everyRush - 1 && left >= mostOfRush
    const small = left < most ? left : random.between(least, most)
    const size = rush ? random.between(leastOfRush, mostOfRush) : small
    episodes.push({ seed: `${seed}/${episodes.length}`, commands: size })
    left -= size
  }
  return episodes
}
