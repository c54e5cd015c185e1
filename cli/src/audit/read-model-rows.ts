import { inSnapshot } from '@onsale/platform/sql'
import type { Connection, Pool, RowDataPacket } from 'mysql2/promise'

/** The read models that are compared, and the tables that hold a version of them. */
export interface ReadModelTables {
  shows: ReadModelTable
  seats: ReadModelTable & { areas(version: number): string }
  reservations: ReadModelTable
  commands: ReadModelTable
}
interface ReadModelTable {
  projection: string
  table(version: number): string
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
/** A stream that a read model does not go on with: it shows what came before `first_offset`. */
export interface ParkedRow {
  projection: string
  partition_no: number
  stream: string
  first_offset: number
  events: number
  reason: string
  detail: string
}
/** An event that an operator decided a read model does without. */
export interface DroppedRow {
  projection: string
  partition_no: number
  stream: string
  offset_no: number
  name: string | null
  dropped_by: string
  why: string
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
  parked: ParkedRow[]
  dropped: DroppedRow[]
  /** Offsets of the parked events of the commands, by partition: what they answered is not shown yet. */
  parkedAnswers: Map<number, Set<number>>
}

const ofEvents = "LIKE '%reservation.events'"

export function readRows(pool: Pool, tables: ReadModelTables): Promise<ReadModelRows> {
  return inSnapshot(pool, async (connection) => {
    const all = async <Row>(columns: string, table: string) =>
      (await connection.query<RowDataPacket[]>(`SELECT ${columns} FROM \`${table}\``))[0] as Row[]
    const versions = await servedVersions(connection)
    const of = (name: ReadModelName) => tables[name].table(versions.get(tables[name].projection) ?? 1)
    return {
      positions: await positionsOf(connection, tables),
      shows: await all<ShowRow>(
        'show_id, plan_hash, sales_from, sales_until, published_at, paused_at, cancelled_at, capacity, held, sold',
        of('shows'),
      ),
      seats: await all<SeatRow>('show_id, seat_id, status, reservation_id', of('seats')),
      areas: await all<AreaRow>(
        'show_id, area_id, capacity, held, sold',
        tables.seats.areas(versions.get(tables.seats.projection) ?? 1),
      ),
      reservations: await all<ReservationRow>(
        'reservation_id, show_id, customer_id, status, seats, areas, currency, total_minor, expires_at',
        of('reservations'),
      ),
      commands: await all<CommandRow>('command_id, outcome, partition_no, answer_offset', of('commands')),
      ...(await unfinished(connection, tables)),
    }
  })
}

/** Of every read model that readers are shown, also those that are not compared. */
async function unfinished(
  connection: Pick<Connection, 'query'>,
  { commands }: ReadModelTables,
): Promise<Pick<ReadModelRows, 'parked' | 'dropped' | 'parkedAnswers'>> {
  const rows = async <Row>(sql: string, values: unknown[] = []) =>
    (await connection.query<RowDataPacket[]>(sql, values))[0] as Row[]
  const answers = await rows<{ partition_no: number; offset_no: number }>(
    `SELECT partition_no, offset_no FROM parked_event JOIN projection_serving USING (projection, version)
     WHERE projection = ? AND topic ${ofEvents}`,
    [commands.projection],
  )
  const parkedAnswers = new Map<number, Set<number>>()
  for (const { partition_no: partition, offset_no: offset } of answers)
    parkedAnswers.set(partition, (parkedAnswers.get(partition) ?? new Set()).add(offset))
  return {
    parked: await rows<ParkedRow>(
      `SELECT s.projection, s.partition_no, s.stream, s.first_offset, s.reason, s.detail, (
         SELECT COUNT(*) FROM parked_event AS e
         WHERE e.projection = s.projection AND e.version = s.version AND e.topic = s.topic
           AND e.partition_no = s.partition_no AND e.stream = s.stream
       ) AS events
       FROM parked_stream AS s JOIN projection_serving AS p ON p.projection = s.projection AND p.version = s.version
       WHERE s.topic ${ofEvents} ORDER BY s.partition_no, s.stream, s.projection`,
    ),
    dropped: await rows<DroppedRow>(
      `SELECT projection, partition_no, stream, offset_no, name, dropped_by, why
       FROM dropped_event JOIN projection_serving USING (projection, version) WHERE topic ${ofEvents} ORDER BY partition_no, offset_no, projection`,
    ),
    parkedAnswers,
  }
}

async function servedVersions(connection: Pick<Connection, 'query'>): Promise<Map<string, number>> {
  const [rows] = await connection.query<RowDataPacket[]>('SELECT projection, version FROM projection_serving')
  return new Map(rows.map(({ projection, version }) => [projection, version]))
}

export async function positionsOf(
  connection: Pick<Connection, 'query'>,
  tables: ReadModelTables,
): Promise<Record<ReadModelName, Map<number, number>>> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT projection, partition_no, next_offset FROM projection_checkpoint
     JOIN projection_serving USING (projection, version) WHERE topic ${ofEvents}`,
  )
  const of = (name: ReadModelName) => {
    const own = rows.filter(({ projection }) => projection === tables[name].projection)
    return new Map(own.map((row) => [Number(row.partition_no), Number(row.next_offset)]))
  }
  return { shows: of('shows'), seats: of('seats'), reservations: of('reservations'), commands: of('commands') }
}
