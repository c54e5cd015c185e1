import { commandStatusProjection } from './command-status/projection.js'
import type { RedisProjection } from './redis/redis-projection.js'
import { reservationsProjection } from './reservations/projection.js'
import { roomCommandStatusProjection } from './room-command-status/projection.js'
import type { AnyProjection, Projection } from './runtime/index.js'
import { salesPerMinuteProjection } from './sales-per-minute/projection.js'
import { seatMapProjection } from './seat-map/projection.js'
import { seatsProjection } from './seats/projection.js'
import { showsProjection } from './shows/projection.js'
import { waitingRoomProjection } from './waiting-room/projection.js'

/** Every read model of the shows' journal in tables. Those of the plans: venues/. */
export const projections: readonly Projection[] = [
  showsProjection,
  seatsProjection,
  reservationsProjection,
  commandStatusProjection,
  salesPerMinuteProjection,
]

/** Those of the waiting rooms' journal. */
const roomProjections: readonly Projection[] = [roomCommandStatusProjection]

/** Those in Redis. */
const redisProjections: readonly RedisProjection[] = [seatMapProjection, waitingRoomProjection]

export const allProjections: readonly AnyProjection[] = [...projections, ...roomProjections, ...redisProjections]
