import type { Handlers, Projection } from '../runtime/index.js'
import { KeyBatch } from './key-batch.js'

export type RedisProjection = Projection<KeyBatch>

/** A read model in Redis. Its keys are made with viewKey; see "A Redis projection" in the README. */
export const redisProjection = (
  definition: Pick<RedisProjection, 'name' | 'revision' | 'topics'> & { on: Handlers<KeyBatch> },
): RedisProjection => ({ ...definition, keptIn: 'redis', version: 1, tables: [], newChanges: () => new KeyBatch() })
