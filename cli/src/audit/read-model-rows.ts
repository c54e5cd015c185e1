import { inSnapshot } from '@onsale/platform/sql'
import type { Connection, Pool, RowDataPacket } from 'mysql2/promise'

/** The read models that are compared, and the tables that hold them now. */
export interface ReadModelTables {
  shows: { projection: string; version: number; table: string }
  seats: { projection: string; version: number; table: string; areas: string }
  reservations: { projection: string; version: number; table: string }
  commands: { projection: string; version: number; table: string }
}
export type ReadModelName = keyof ReadModelTables
export const readModelNames = ['shows', 'seats', 'reservations', 'commands'] as const satisfies ReadModelName[]

export interface ShowRow {
  show_id: string
  plan_hash: string
  sales_from: number
  sales_until: number
  /** UTC ms; null as long as it has not happened, or where it was undone. */
  published_at: number | null
  paused_at: number | null
  cancelled_at: number | null
  capacity: number
  held: number
  sold: number
}
export interface SeatRow {
  show_id: string
  seat_id: string
  status: string
  reservation_id: string | null
}
export interface AreaRow {
  show_id: string
  area_id: string
  capacity: number
  held: number
  sold: number
}
export interface ReservationRow {
  reservation_id: string
  show_id: string
  customer_id: string
  status: string
  /** JSON: [{seat, …}] */
  seats: string
  /** JSON: [{area, quantity, …}] */
  areas: string
  currency: string
  total_minor: number
  expires_at: number
}
export interface CommandRow {
  command_id: string
  outcome: string
  partition_no: number
  answer_offset: number
}

/** One state of the whole database: rows, and for each read model the next offset that it will apply, by partition. */
export interface ReadModelRows {
  positions: Record<ReadModelName, Map<number, number>>
  shows: ShowRow[]
  seats: SeatRow[]
  areas: AreaRow[]
  reservations: ReservationRow[]
  commands: CommandRow[]
}

export function readRows(pool: Pool, tables: ReadModelTables): Promise<ReadModelRows> {
  return inSnapshot(pool, async (connection) => {
    const all = async <Row>(columns: string, table: string) =>
      (await connection.query<RowDataPacket[]>(`SELECT ${columns} FROM \`${table}\``))[0] as Row[]
    return {
      positions: await positionsOf(connection, tables),
      shows: await all<ShowRow>(
        'show_id, plan_hash, sales_from, sales_until, published_at, paused_at, cancelled_at, capacity, held, sold',
        tables.shows.table,
      ),
      seats: await all<SeatRow>('show_id, seat_id, status, reservation_id', tables.seats.table),
      areas: await all<AreaRow>('show_id, area_id, capacity, held, sold', tables.seats.areas),
      reservations: await all<ReservationRow>(
        'reservation_id, show_id, customer_id, status, seats, areas, currency, total_minor, expires_at',
        tables.reservations.table,
      ),
      commands: await all<CommandRow>('command_id, outcome, partition_no, answer_offset', tables.commands.table),
    }
  })
}

export async function positionsOf(
  connection: Pick<Connection, 'query'>,
  tables: ReadModelTables,
): Promise<Record<ReadModelName, Map<number, number>>> {
  const [rows] = await connection.query<RowDataPacket[]>(
    "SELECT projection, version, partition_no, next_offset FROM projection_checkpoint WHERE topic LIKE '%reservation.events'",
  )
  const of = (name: ReadModelName) => {
    const { projection, version } = tables[name]
    const own = rows.filter((row) => row.projection === projection && row.version === version)
    return new Map(own.map((row) => [Number(row.partition_no), Number(row.next_offset)]))
  }
  return { shows: of('shows'), seats: of('seats'), reservations: of('reservations'), commands: of('commands') }
}
