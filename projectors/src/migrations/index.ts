import type { Migration } from '@onsale/platform/sql'
import { runtimeTables } from './0001-runtime.js'
import { readModels } from './0002-read-models.js'
import { parking } from './0003-parking.js'
import { showLife } from './0004-show-life.js'
import { versions } from './0005-versions.js'
import { seatMap } from './0006-seat-map.js'
import { checkpointHistory } from './0007-checkpoint-history.js'
import { waitingRooms } from './0008-waiting-rooms.js'

/** In the order of application. What has been released is never changed, only followed. */
export const migrations: Migration[] = [
  runtimeTables,
  readModels,
  parking,
  showLife,
  versions,
  seatMap,
  checkpointHistory,
  waitingRooms,
]

export const migrationsTable = 'projectors_migrations'
