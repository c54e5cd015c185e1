import { commandStatusProjection } from './command-status/projection.js'
import type { RedisProjection } from './redis/redis-projection.js'
import { reservationsProjection } from './reservations/projection.js'
import type { AnyProjection, Projection } from './runtime/index.js'
import { salesPerMinuteProjection } from './sales-per-minute/projection.js'
import { seatMapProjection } from './seat-map/projection.js'
import { seatsProjection } from './seats/projection.js'
import { showsProjection } from './shows/projection.js'

/** Every read model of the journal in tables. Those of the plans: venues/. */
export const projections: readonly Projection[] = [
  showsProjection,
  seatsProjection,
  reservationsProjection,
  commandStatusProjection,
  salesPerMinuteProjection,
]

/** Those in Redis. */
const redisProjections: readonly RedisProjection[] = [seatMapProjection]

export const allProjections: readonly AnyProjection[] = [...projections, ...redisProjections]
