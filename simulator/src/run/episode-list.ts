import { SeededRandom } from '../kernel/index.js'

export interface EpisodePlan {
  seed: string
  commands: number
}

const [least, most] = [2_000, 6_000]
const [leastOfRush, mostOfRush] = [10_000, 16_000]
/** Every second world has a rush. */
const everyRush = 2

/** Every third of the small worlds is one of waiting rooms; they cost twice as much for each command. */
const everyOfRooms = 3
const [leastOfRooms, mostOfRooms] = [1_200, 2_400]

const ofRooms = 'room-'
/** Its seed says that a world is one of waiting rooms. */
export const isOfRooms = (seed: string): boolean => seed.includes(`/${ofRooms}`)

/** A world so long is one with a rush: a crowd in which hundreds want something at a time. */
export const isRush = (commands: number): boolean => commands >= leastOfRush

/**
 * A run is cut into worlds of some thousand commands: histories stay short, however long the run, and one that fails is
 * replayed alone. A seed with a slash is that of one of them. Small crowds meet more faults for each command, rushes more
 * commands for each step.
 * @param kind small: small crowds alone; rooms: waiting rooms alone
 */
export function episodesOf(seed: string, commands: number, kind: 'all' | 'small' | 'rooms' = 'all'): EpisodePlan[] {
  if (seed.includes('/')) return [{ seed, commands }]
  const random = new SeededRandom('episodes', seed)
  const episodes: EpisodePlan[] = []
  let smallOnes = 0
  for (let left = commands; left > 0; ) {
    const at = episodes.length
    const add = (size: number, prefix = '') => {
      episodes.push({ seed: `${seed}/${prefix}${at}`, commands: size })
      left -= size
    }
    if (kind === 'all' && at % everyRush === everyRush - 1 && left >= mostOfRush)
      add(random.between(leastOfRush, mostOfRush))
    else if (kind === 'rooms' || (kind === 'all' && ++smallOnes % everyOfRooms === 0))
      add(Math.min(left, random.between(leastOfRooms, mostOfRooms)), ofRooms)
    else add(left < most ? left : random.between(least, most))
  }
  return episodes
}
