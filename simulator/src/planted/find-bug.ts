import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { PlantedBug } from './planted-bug.js'

/** What became of a planted bug. */
export interface Search {
  name: string
  /** Decided until it was found, or in all. */
  commands: number
  found: { seed: string; invariant: string; detail: string } | null
}

/** Looks for a planted bug with the runs of a seed, in a process of its own. @throws where it can't be planted */
export async function findBug(bug: PlantedBug, seed: string): Promise<Search> {
  const main = fileURLToPath(new URL('./planted-main.js', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    '--always-sparkplug',
    main,
    bug.name,
    seed,
  ])
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Search
}
