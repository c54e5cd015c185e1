import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Episode } from '../run/episode.js'
import type { PlantedBug } from './planted-bug.js'

/** What became of a planted bug. */
export interface Search {
  name: string
  /** Decided until it was found, or in all. */
  commands: number
  found: { seed: string; invariant: string; detail: string } | null
  /** The shortest run that was found to fail like it, with its last steps; null unless it was to be explained. */
  shortest: Episode | null
}

/** Looks for a planted bug with the runs of a seed, in a process of its own. @throws where it can't be planted */
export async function findBug(bug: PlantedBug, seed: string, explain = false): Promise<Search> {
  const main = fileURLToPath(new URL('./planted-main.js', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--no-warnings',
    '--always-sparkplug',
    main,
    bug.name,
    seed,
    ...(explain ? ['explain'] : []),
  ])
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Search
}
