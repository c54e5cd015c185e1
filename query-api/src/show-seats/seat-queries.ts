import type { ServedVersions } from '@onsale/platform/read-model'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import { priced } from '../http/prices.js'
import { readModels, tableOf } from '../replica/read-model.js'
import type { SeatLayout, SeatStatusBody } from './response.js'

/** What a seat map is made of. The same version of a show may read differently in another version of the read model. */
export interface SeatsVersion {
  /** Which version of which: a number for the tables, "r" and a number in Redis. */
  readModel: string
  version: number
}

export const sameSeats = (a: SeatsVersion, b: SeatsVersion): boolean =>
  a.readModel === b.readModel && a.version === b.version

export const isLive = ({ readModel }: SeatsVersion): boolean => readModel.startsWith('r')

/** Version of the show that the seats' read model shows; null where it has not seen the show. */
export async function seatsVersion(
  connection: Connection,
  versions: ServedVersions,
  showId: string,
): Promise<(SeatsVersion & { planHash: string; published: boolean }) | null> {
  const { projection } = readModels.seats
  const readModel = versions.versionOf(projection)
  const [[row]] = await connection.query<RowDataPacket[]>(
    `SELECT s.stream_version, m.plan_hash, m.published FROM projection_stream AS s
     JOIN ${tableOf(versions, 'seat_maps')} AS m ON m.show_id = s.stream
     WHERE s.projection = ? AND s.version = ? AND s.stream = ?`,
    [projection, readModel, showId],
  )
  if (!row) return null
  return {
    readModel: String(readModel),
    version: row.stream_version,
    planHash: row.plan_hash,
    published: row.published === 1,
  }
}

/** One string made by the server: 50,000 rows sent and parsed would cost ten times as much. */
export async function seatStatus(connection: Connection, versions: ServedVersions, showId: string): Promise<string> {
  const [[row]] = await connection.query<RowDataPacket[]>(
    `SELECT GROUP_CONCAT(LEFT(status, 1) ORDER BY ordinal SEPARATOR '') AS status FROM ${tableOf(versions, 'seats')}
     WHERE show_id = ?`,
    [showId],
  )
  return row?.status ?? ''
}

export async function areasOf(
  connection: Connection,
  versions: ServedVersions,
  showId: string,
): Promise<SeatStatusBody['areas']> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT area_id, name, category, capacity, held, sold FROM ${tableOf(versions, 'areas')} WHERE show_id = ? ORDER BY ordinal`,
    [showId],
  )
  return rows.map(({ area_id, name, category, capacity, held, sold }) => ({
    id: area_id,
    name,
    category,
    capacity,
    free: capacity - held - sold,
    held,
    sold,
  }))
}

interface SectionOfMap {
  id: string
  name: string
  rows: { id: string; name: string; seats: number }[]
}

/** Everything of the seats but their status. */
export async function seatLayout(
  connection: Connection,
  versions: ServedVersions,
  showId: string,
): Promise<SeatLayout> {
  const [[map]] = await connection.query<RowDataPacket[]>(
    `SELECT currency, categories, prices, sections FROM ${tableOf(versions, 'seat_maps')} WHERE show_id = ?`,
    [showId],
  )
  if (!map) throw new Error(`the show ${showId} has no seat map`)
  const [seats] = await connection.query<RowDataPacket[]>(
    `SELECT seat_id, number, category, x, y, accessible_use FROM ${tableOf(versions, 'seats')} WHERE show_id = ? ORDER BY ordinal`,
    [showId],
  )
  const categories: SeatLayout['categories'] = priced(map as { categories: string; prices: string })
  const accessible = (use: string) =>
    seats.filter((seat) => seat.accessible_use === use).map(({ seat_id }) => seat_id as string)
  const indexOf = new Map(categories.map(({ id }, at) => [id, at]))
  let next = 0
  return {
    currency: map.currency,
    categories,
    accessible: { wheelchair: accessible('wheelchair'), companion: accessible('companion') },
    sections: (JSON.parse(map.sections) as SectionOfMap[]).map(({ id, name, rows }) => ({
      id,
      name,
      rows: rows.map((row) => {
        const some = seats.slice(next, next + row.seats)
        next += row.seats
        return {
          id: row.id,
          name: row.name,
          seats: some.map(({ seat_id }) => seat_id as string),
          numbers: some.map(({ number }) => number as string),
          categories: some.map(({ category }) => indexOf.get(category) as number),
          x: some.map(({ x }) => x as number),
          y: some.map(({ y }) => y as number),
        }
      }),
    })),
  }
}
