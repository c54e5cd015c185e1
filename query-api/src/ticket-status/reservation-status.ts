import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import { showOf } from '@onsale/domain'
import type { Caller } from '@onsale/platform/auth'
import { type Position, ProblemError } from '@onsale/platform/http'
import { notYetProjected, type Read, type ServedVersions } from '@onsale/platform/read-model'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import { isoTime } from '../http/fields.js'
import { partitionOfShow } from '../http/not-found.js'
import { readModels, tableOf } from '../replica/read-model.js'
import { Replica } from '../replica/replica.js'
import { maySee } from './may-see.js'
import type { ReservationStatusBody } from './response.js'

export class GetReservationStatus extends Query<Read<ReservationStatusBody>> {
  constructor(
    readonly reservationId: string,
    readonly caller: Caller,
    readonly position: Position | null,
  ) {
    super()
  }
}

interface Seat {
  seat: string
  category: string
  priceMinor: number
}

interface Area {
  area: string
  quantity: number
  category: string
  priceMinor: number
}

@QueryHandler(GetReservationStatus)
export class GetReservationStatusHandler implements IQueryHandler<GetReservationStatus> {
  constructor(private readonly replica: Replica) {}

  execute({ reservationId, caller, position }: GetReservationStatus): Promise<Read<ReservationStatusBody>> {
    // Where the seats are and what they are called stands in the seats' read model.
    const models = [readModels.reservations, readModels.seats]
    const partition = partitionOfShow(showOf(reservationId) ?? '')
    return this.replica.read(
      { models, position, partition, stream: showOf(reservationId) },
      async (connection, versions) => {
        const [[row]] = await connection.query<RowDataPacket[]>(
          `SELECT reservation_id, show_id, customer_id, status, seats, areas, currency, total_minor, held_at, expires_at,
                confirmed_at, confirmed_by, ended_at, end_reason, notes, extended_at
         FROM ${tableOf(versions, 'reservations')} WHERE reservation_id = ?`,
          [reservationId],
        )
        if (!row || !maySee(caller, row.customer_id))
          throw new ProblemError(404, 'reservation-not-found', 'There is no such reservation.')
        const [[map]] = await connection.query<RowDataPacket[]>(
          `SELECT 1 FROM ${tableOf(versions, 'seat_maps')} WHERE show_id = ?`,
          [row.show_id],
        )
        if (!map) behind()
        return {
          reservationId: row.reservation_id,
          showId: row.show_id,
          customerId: row.customer_id,
          status: row.status,
          seats: await this.seats(connection, versions, row.show_id, JSON.parse(row.seats)),
          areas: await this.areas(connection, versions, row.show_id, JSON.parse(row.areas)),
          currency: row.currency,
          totalMinor: row.total_minor,
          heldAt: isoTime(row.held_at),
          expiresAt: isoTime(row.expires_at),
          ...(row.confirmed_at === null
            ? {}
            : { confirmedAt: isoTime(row.confirmed_at), confirmedBy: row.confirmed_by }),
          ...(row.extended_at === null ? {} : { extendedAt: isoTime(row.extended_at) }),
          notes: JSON.parse(row.notes),
          ...(row.ended_at === null ? {} : { endedAt: isoTime(row.ended_at) }),
          ...(row.end_reason === null ? {} : { endReason: row.end_reason }),
        }
      },
    )
  }

  private async seats(
    connection: Connection,
    versions: ServedVersions,
    showId: string,
    held: Seat[],
  ): Promise<ReservationStatusBody['seats']> {
    if (held.length === 0) return []
    const [rows] = await connection.query<RowDataPacket[]>(
      `SELECT seat_id, section, row_name, number FROM ${tableOf(versions, 'seats')} WHERE show_id = ? AND seat_id IN (?)`,
      [showId, held.map(({ seat }) => seat)],
    )
    const known = new Map(rows.map((row) => [row.seat_id, row]))
    return held.map(({ seat, category, priceMinor }) => {
      const { section, row_name: row, number } = known.get(seat) ?? noMore
      return { seat, section, row, number, category, priceMinor }
    })
  }

  private async areas(
    connection: Connection,
    versions: ServedVersions,
    showId: string,
    held: Area[],
  ): Promise<ReservationStatusBody['areas']> {
    if (held.length === 0) return []
    const [rows] = await connection.query<RowDataPacket[]>(
      `SELECT area_id, name FROM ${tableOf(versions, 'areas')} WHERE show_id = ? AND area_id IN (?)`,
      [showId, held.map(({ area }) => area)],
    )
    const names = new Map(rows.map(({ area_id, name }) => [area_id, name]))
    return held.map(({ area, quantity, category, priceMinor }) => ({
      area,
      name: names.get(area) ?? null,
      quantity,
      category,
      priceMinor,
    }))
  }
}

/** Of an ended reservation: the show's plan has changed since. */
const noMore = { section: null, row_name: null, number: null }

/** The seats' read model has not come to the show's beginning. */
function behind(): never {
  throw notYetProjected('The seats of this show cannot be read yet: ask again after Retry-After seconds.')
}
