import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import type { Position } from '@onsale/platform/http'
import type { RowDataPacket } from 'mysql2/promise'
import { z } from 'zod'
import { countField, positionField } from '../http/fields.js'
import { cursorField, decodeCursor, encodeCursor } from '../http/page-cursor.js'
import { readModels, tableOf } from '../replica/read-model.js'
import { Replica } from '../replica/replica.js'
import type { VenueListBody } from './response.js'

export const listVenuesRequest = z.strictObject({
  limit: countField(1, 100, 50).describe('Venues on a page'),
  cursor: cursorField,
  position: positionField,
})
export type ListVenuesRequest = z.output<typeof listVenuesRequest>

const sortKey = z.tuple([z.string()])

/** In the order of their hashes, which is no order that means anything, but one that does not change. */
export class ListVenues extends Query<VenueListBody> {
  constructor(
    readonly request: ListVenuesRequest,
    readonly position: Position | null,
  ) {
    super()
  }
}

@QueryHandler(ListVenues)
export class ListVenuesHandler implements IQueryHandler<ListVenues> {
  constructor(private readonly replica: Replica) {}

  async execute({ request: { limit, cursor }, position }: ListVenues): Promise<VenueListBody> {
    const [after] = cursor === undefined ? [''] : decodeCursor(cursor, sortKey)
    const { result: rows } = await this.replica.read(
      { models: [readModels.venues], position, partition: null, stream: null },
      async (connection, versions) => {
        const [found] = await connection.query<RowDataPacket[]>(
          `SELECT plan_hash, name, seats, places FROM ${tableOf(versions, 'venues')} WHERE plan_hash > ? ORDER BY plan_hash LIMIT ?`,
          [after, limit + 1],
        )
        return found
      },
    )
    const page = rows.slice(0, limit)
    return {
      venues: page.map(({ plan_hash, name, seats, places }) => ({ planHash: plan_hash, name, seats, places })),
      next: rows.length > limit ? encodeCursor([page.at(-1)?.plan_hash]) : null,
    }
  }
}
