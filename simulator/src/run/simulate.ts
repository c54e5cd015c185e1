import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { type FaultCounts, faultKinds, noFaults } from '../kernel/faults.js'
import { Trace } from '../kernel/index.js'
import type { Episode } from './episode.js'
import { type EpisodePlan, episodesOf } from './episode-list.js'

export interface SimulateOptions {
  seed: string
  commands: number
  /** So many episodes at a time; each has a thread of its own. */
  workers: number
  /** For the rate alone, ms. */
  clock(): number
  onEpisode?(episode: Episode, done: number, all: number): void
}

/** The last line of a run. */
export interface Report {
  seed: string
  /** Decided, those that clients sent again counted. */
  commands: number
  /** Share of them that was accepted. */
  accepted: number
  faults: FaultCounts
  violations: { episode: string; planned: number; commands: number; invariant: string; detail: string }[]
  /** Over every step of every episode. */
  hash: string
  perSecond: number
}

/** Nearly all that a run makes is gone some steps later: room for it from the start, so that little is looked at twice. */
const semiSpaceMb = 16
const resourceLimits = { maxYoungGenerationSizeMb: 3 * semiSpaceMb }

/** Runs the episodes of a seed, until all are over or one has failed. @throws where the simulator itself breaks */
export async function simulate(options: SimulateOptions): Promise<Report> {
  // Of all threads: code is compiled at its first call, since runs are over before V8 thinks it worth while.
  setFlagsFromString('--always-sparkplug')
  setFlagsFromString(`--min-semi-space-size=${semiSpaceMb}`)
  const plans = episodesOf(options.seed, options.commands)
  const began = options.clock()
  const episodes = await runAll(plans, options)
  const seconds = (options.clock() - began) / 1_000
  const trace = new Trace()
  const faults = noFaults()
  let [commands, accepted] = [0, 0]
  for (const episode of episodes) {
    trace.mixText(episode.hash)
    commands += episode.commands
    accepted += episode.accepted
    for (const kind of faultKinds) faults[kind] += episode.faults[kind]
  }
  return {
    seed: options.seed,
    commands,
    accepted: Math.round((accepted / Math.max(1, commands)) * 1_000) / 1_000,
    faults,
    violations: episodes.flatMap(({ seed, planned, commands: at, violations }) =>
      violations.map(({ invariant, detail }) => ({ episode: seed, planned, commands: at, invariant, detail })),
    ),
    hash: trace.hash,
    perSecond: Math.round(commands / seconds),
  }
}

/** In the order of the plans, whoever ended first; up to the first that failed. */
async function runAll(plans: EpisodePlan[], { workers, onEpisode }: SimulateOptions): Promise<Episode[]> {
  const done: Episode[] = []
  // The longest first: else one of them may be all that is left, and threads wait for it.
  const queue = [...plans.keys()].sort((a, b) => commandsOf(plans, b) - commandsOf(plans, a) || a - b)
  let ended = 0
  let failed = plans.length
  const work = async () => {
    const worker = new Worker(new URL('./episode-worker.js', import.meta.url), { resourceLimits })
    try {
      for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
        if (at > failed) continue
        const episode = await ask(worker, plans[at] as EpisodePlan)
        done[at] = episode
        if (episode.violations.length > 0) failed = Math.min(failed, at)
        onEpisode?.(episode, ++ended, plans.length)
      }
    } finally {
      await worker.terminate()
    }
  }
  await Promise.all(Array.from({ length: Math.min(workers, plans.length) }, work))
  return done.slice(0, failed + 1)
}

const commandsOf = (plans: EpisodePlan[], at: number) => plans[at]?.commands ?? 0

function ask(worker: Worker, plan: EpisodePlan): Promise<Episode> {
  return new Promise((resolve, reject) => {
    const onMessage = ({ episode, error }: { episode?: Episode; error?: string }) => {
      worker.off('error', reject)
      if (episode) resolve(episode)
      else reject(new Error(`episode ${plan.seed}: ${error}`))
    }
    worker.once('error', reject)
    worker.once('message', onMessage)
    worker.postMessage(plan)
  })
}
