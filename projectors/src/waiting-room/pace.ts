import { paceMs } from '@onsale/domain'
import type { KeyBatch } from '../redis/key-batch.js'
import { paceKey } from './keys.js'

/** Stretches that are kept: what a forecast looks back on, and some more. */
const kept = 60

/** a: admitted, r: a slot returned, d: went without having been admitted. */
export function countPace(keys: KeyBatch, showId: string, what: 'a' | 'r' | 'd', at: number): void {
  const stretch = Math.floor(at / paceMs)
  keys.hincrby(paceKey(showId), { [`${what}${stretch}`]: 1 })
  keys.hdel(paceKey(showId), `${what}${stretch - kept}`)
}
