import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Episode } from '../run/episode.js'
import { plantedBugs } from './bugs.js'

// One planted bug in this process: `planted-main.js NAME SEED [explain]`. The last line is a Search.
const [name, seed = '1', explain] = process.argv.slice(2)
const bug = plantedBugs.find((one) => one.name === name)
if (!bug) throw new Error(`there is no planted bug ${name}`)

/** Of the trace, before the violation. */
const linesTraced = 80
const changed = new Set<string>()
registerHooks({
  load(url, context, next) {
    const result = next(url, context)
    const changes = bug.changes.filter(({ file }) => url.endsWith(`/${file}`))
    if (changes.length === 0) return result
    let source = String(result.source)
    for (const { file, from, to } of changes) {
      if (source.split(from).length !== 2) throw new Error(`${fileURLToPath(url)} does not have once: ${from}`)
      source = source.replace(from, () => to)
      changed.add(file)
    }
    return { ...result, source }
  },
})

Error.stackTraceLimit = 0
const { runEpisode } = await import('../run/episode.js')
const { episodesOf } = await import('../run/episode-list.js')
const { parts } = await import('../run/parts.js')
const { shrink } = await import('../run/shrink.js')
for (const { file } of bug.changes)
  if (!changed.has(file)) throw new Error(`${file} is no part of a run: ${bug.name} can't be planted there`)

const kinds = bug.kinds ? { kinds: new Set(bug.kinds) } : {}
let commands = 0
let found: object | null = null
let shortest: Episode | null = null
for (const plan of episodesOf(seed, bug.commands, bug.rooms ? 'rooms' : 'small')) {
  const episode = await runEpisode({ ...plan, parts, ...kinds })
  commands += episode.commands
  const [violation] = episode.violations
  if (!violation) continue
  if (!bug.by.includes(violation.invariant)) continue
  found = { seed: plan.seed, invariant: violation.invariant, detail: violation.detail }
  if (explain) shortest = (await shrink({ ...plan, parts, ...kinds, traced: linesTraced }, episode)).episode
  break
}
process.stdout.write(`${JSON.stringify({ name: bug.name, commands, found, shortest })}\n`)
