import { parentPort } from 'node:worker_threads'
import { runEpisode } from './episode.js'
import type { EpisodePlan } from './episode-list.js'
import { parts } from './parts.js'

// Errors are made by the thousand in a run, and nobody looks at where they came from.
Error.stackTraceLimit = 0

parentPort?.on('message', async (plan: EpisodePlan) => {
  try {
    parentPort?.postMessage({ episode: await runEpisode({ ...plan, parts }) })
  } catch (error) {
    parentPort?.postMessage({ error: `${(error as Error).stack ?? error}` })
  }
})
