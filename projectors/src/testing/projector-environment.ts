import { systemClock, systemRandom, systemTimers } from '@onsale/platform/ports'
import type { Pool } from 'mysql2/promise'
import { type Logger, pino } from 'pino'
import { MysqlStore } from '../mysql/mysql-store.js'
import type { ProjectionObserver, ProjectorEnvironment, Stop } from '../runtime/index.js'
import { context } from './in-memory-rows.js'

export interface Observed {
  applied: number
  events: number
  overtaken: number
  retried: number
  stops: Stop[]
}

export function projectorEnvironment(
  pool: Pool,
  more: Partial<ProjectorEnvironment> = {},
): { env: ProjectorEnvironment; observed: Observed } {
  const observed: Observed = { applied: 0, events: 0, overtaken: 0, retried: 0, stops: [] }
  const observer: ProjectionObserver = {
    started() {},
    applied(_, { events }) {
      observed.applied += 1
      observed.events += events
    },
    position() {},
    parked() {},
    overtaken() {
      observed.overtaken += 1
    },
    retried() {
      observed.retried += 1
    },
    stopped: (_, stop) => observed.stops.push(stop),
    ignored() {},
  }
  const logger: Logger = pino({ level: 'silent' })
  return {
    observed,
    env: {
      store: new MysqlStore(pool),
      clock: systemClock,
      timers: systemTimers,
      random: systemRandom,
      logger,
      observer,
      plans: { plan: context.plan, catchUp: async () => {} },
      ...more,
    },
  }
}
