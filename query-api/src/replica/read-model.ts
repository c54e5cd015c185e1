import type { ReadModel, ServedVersions } from '@onsale/platform/read-model'

const readModel = (projection: string, source: ReadModel['source'] = 'events'): ReadModel => ({ projection, source })

/** The read models that this service reads. */
export const readModels = {
  shows: readModel('shows'),
  seats: readModel('seats'),
  reservations: readModel('reservations'),
  commandStatus: readModel('command_status'),
  roomCommandStatus: readModel('room_command_status'),
  salesPerMinute: readModel('sales_per_minute'),
  venues: readModel('venues', 'plans'),
} as const

/** Tables, and whose they are. */
const projectionOf = {
  shows: 'shows',
  seat_maps: 'seats',
  seats: 'seats',
  areas: 'seats',
  reservations: 'reservations',
  command_status: 'command_status',
  room_command_status: 'room_command_status',
  sales_per_minute: 'sales_per_minute',
  venues: 'venues',
} as const
type TableName = keyof typeof projectionOf

/** The table of the version that readers are shown, as SQL. */
export const tableOf = (versions: ServedVersions, table: TableName): string =>
  `\`${table}_v${versions.versionOf(projectionOf[table])}\``

export const runtimeTables = [
  'projection_serving',
  'projection_checkpoint',
  'projection_stream',
  'parked_stream',
  'parked_event',
] as const

export const tablesOf = (versions: ServedVersions): string[] =>
  (Object.keys(projectionOf) as TableName[]).map((table) => tableOf(versions, table).replaceAll('`', ''))
