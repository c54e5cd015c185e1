import type { ReadModel } from '@onsale/platform/read-model'

const readModel = (projection: string, source: ReadModel['source'] = 'events'): ReadModel => ({
  projection,
  version: 1,
  source,
})

/** The read models that this service reads, and their versions: the tables' names end in them. */
export const readModels = {
  shows: readModel('shows'),
  seats: readModel('seats'),
  reservations: readModel('reservations'),
  commandStatus: readModel('command_status'),
  salesPerMinute: readModel('sales_per_minute'),
  venues: readModel('venues', 'plans'),
} as const

export const tables = [
  'projection_checkpoint',
  'projection_stream',
  'parked_stream',
  'parked_event',
  'shows_v1',
  'seat_maps_v1',
  'seats_v1',
  'areas_v1',
  'reservations_v1',
  'command_status_v1',
  'sales_per_minute_v1',
  'venues_v1',
] as const
