import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import type { Position } from '@onsale/platform/http'
import type { Read } from '@onsale/platform/read-model'
import type { RowDataPacket } from 'mysql2/promise'
import { z } from 'zod'
import { countField, isoTime, positionField, positionInBody, staleField } from '../http/fields.js'
import { partitionOfShow, showNotFound } from '../http/not-found.js'
import { cursorField, decodeCursor, encodeCursor, nextField } from '../http/page-cursor.js'
import { readModels, tableOf } from '../replica/read-model.js'
import { Replica } from '../replica/replica.js'

export const showSalesRequest = z.strictObject({
  limit: countField(1, 1_440, 1_440).describe('Minutes on a page'),
  cursor: cursorField,
  position: positionField,
})
export type ShowSalesRequest = z.output<typeof showSalesRequest>

export const showSalesResponse = z.object({
  showId: z.string(),
  currency: z.string().describe('ISO 4217'),
  minutes: z.array(
    z.object({
      minute: z.iso.datetime().describe('Its beginning; minutes in which nothing happened are left out'),
      heldPlaces: z.int().describe('Put on hold'),
      letGoPlaces: z.int().describe('Of holds that were released, ran out or were cancelled'),
      soldPlaces: z.int(),
      soldMinor: z.int().describe('In minor units of the currency'),
      cancelledPlaces: z.int().describe('Sold before, cancelled in this minute'),
    }),
  ),
  next: nextField,
  position: positionInBody,
  stale: staleField,
})
export type ShowSalesBody = Omit<z.output<typeof showSalesResponse>, 'position' | 'stale'>

const sortKey = z.tuple([z.int()])

export class GetShowSales extends Query<Read<ShowSalesBody>> {
  constructor(
    readonly showId: string,
    readonly request: ShowSalesRequest,
    readonly position: Position | null,
  ) {
    super()
  }
}

@QueryHandler(GetShowSales)
export class GetShowSalesHandler implements IQueryHandler<GetShowSales> {
  constructor(private readonly replica: Replica) {}

  async execute({ showId, request, position }: GetShowSales): Promise<Read<ShowSalesBody>> {
    const [after] = request.cursor === undefined ? [-1] : decodeCursor(request.cursor, sortKey)
    const partition = partitionOfShow(showId)
    const models = [readModels.salesPerMinute, readModels.shows]
    return this.replica.read({ models, position, partition, stream: showId }, async (connection, versions) => {
      const [[show]] = await connection.query<RowDataPacket[]>(
        `SELECT currency FROM ${tableOf(versions, 'shows')} WHERE show_id = ?`,
        [showId],
      )
      if (!show) throw showNotFound()
      const [rows] = await connection.query<RowDataPacket[]>(
        `SELECT minute, held_places, let_go_places, sold_places, sold_minor, cancelled_places FROM ${tableOf(versions, 'sales_per_minute')}
         WHERE show_id = ? AND minute > ? ORDER BY minute LIMIT ?`,
        [showId, after, request.limit + 1],
      )
      const page = rows.slice(0, request.limit)
      return {
        showId,
        currency: show.currency,
        minutes: page.map((row) => ({
          minute: isoTime(row.minute),
          heldPlaces: row.held_places,
          letGoPlaces: row.let_go_places,
          soldPlaces: row.sold_places,
          soldMinor: row.sold_minor,
          cancelledPlaces: row.cancelled_places,
        })),
        next: rows.length > request.limit ? encodeCursor([page.at(-1)?.minute]) : null,
      }
    })
  }
}
