import { commandStatusProjection } from './command-status/projection.js'
import { reservationsProjection } from './reservations/projection.js'
import type { Projection } from './runtime/index.js'
import { salesPerMinuteProjection } from './sales-per-minute/projection.js'
import { seatsProjection } from './seats/projection.js'
import { showsProjection } from './shows/projection.js'

/** Every read model of the journal. Those of the plans: venues/. */
export const projections: readonly Projection[] = [
  showsProjection,
  seatsProjection,
  reservationsProjection,
  commandStatusProjection,
  salesPerMinuteProjection,
]
