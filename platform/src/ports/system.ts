import { v7 } from 'uuid'
import type { Clock, Ids, Random, Timers } from './ports.js'

export const systemClock: Clock = { now: () => Date.now() }

export const systemRandom: Random = { next: () => Math.random() }

export const systemIds: Ids = { uuid: () => v7() }

/** Node turns anything longer into 1 ms. */
const longestTimerMs = 2 ** 31 - 1

export const systemTimers: Timers = {
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve(false)
      const onAbort = () => {
        clearTimeout(timer)
        resolve(false)
      }
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', onAbort)
          resolve(true)
        },
        Math.min(ms, longestTimerMs),
      )
      signal?.addEventListener('abort', onAbort, { once: true })
    }),
}
