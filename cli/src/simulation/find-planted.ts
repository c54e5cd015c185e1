import type { PlantedBug, Search } from '@onsale/simulator'
import Table from 'cli-table3'

export interface Sought {
  bug: PlantedBug
  /** Null where it could not be planted: `why` says so. */
  search: Search | null
  why: string
}

/** Looks for each of the bugs, so many at a time. */
export async function findPlanted(
  bugs: readonly PlantedBug[],
  seed: string,
  workers: number,
  onSought: (sought: Sought) => void,
  explain = false,
): Promise<Sought[]> {
  const { findBug } = await import('@onsale/simulator')
  const all: Sought[] = []
  const left = bugs.entries()
  const work = async () => {
    for (const [at, bug] of left) {
      const sought = await findBug(bug, seed, explain).then(
        (search): Sought => ({ bug, search, why: '' }),
        (error: Error): Sought => ({ bug, search: null, why: error.message }),
      )
      all[at] = sought
      onSought(sought)
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return all
}

export const wasFound = ({ search }: Sought) => search?.found !== null && search?.found !== undefined

export function plantedTable(all: readonly Sought[]): string {
  const table = new Table({
    head: ['planted bug', 'found by', 'episode', 'commands', 'of'],
    style: { head: [], border: [], compact: true },
  })
  for (const { bug, search } of all) {
    const { found } = search ?? {}
    table.push([bug.name, found?.invariant ?? 'NOT FOUND', found?.seed ?? '-', search?.commands ?? '-', bug.commands])
  }
  return `${table.toString()}\n`
}
