import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'
import type { Clock, Ids, Random, Timers } from './ports.js'

export const systemClock: Clock = { now: () => Date.now() }

export const systemRandom: Random = { next: () => Math.random() }

/** Random bytes for many ids at once: asking for them takes longer than all the rest of making an id. */
const pool = new Uint8Array(16 * 256)
let taken = pool.length
const sixteenBytes = (): Uint8Array => {
  if (taken === pool.length) {
    randomFillSync(pool)
    taken = 0
  }
  taken += 16
  return pool.subarray(taken - 16, taken)
}

export const systemIds: Ids = { uuid: () => v7({ rng: sixteenBytes }) }

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
