import type { Register } from '../command.js'
import { audit } from './audit.js'
import { backup } from './backup.js'
import { bench } from './bench.js'
import { demo } from './demo.js'
import { doctor } from './doctor.js'
import { down } from './down.js'
import { events } from './events.js'
import { faults } from './faults.js'
import { logs } from './logs.js'
import { parked } from './parked.js'
import { partitions } from './partitions.js'
import { projections } from './projections.js'
import { queue } from './queue.js'
import { restore } from './restore.js'
import { shows } from './shows.js'
import { simulate } from './simulate.js'
import { status } from './status.js'
import { test } from './test.js'
import { token } from './token.js'
import { trace } from './trace.js'
import { up } from './up.js'
import { venues } from './venues.js'

/** In the order in which help shows them. */
export const commands: Register[] = [
  demo,
  up,
  down,
  status,
  logs,
  test,
  token,
  trace,
  venues,
  shows,
  queue,
  events,
  audit,
  parked,
  projections,
  partitions,
  doctor,
  backup,
  restore,
  faults,
  simulate,
  bench,
]
