import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import type { Position } from '@onsale/platform/http'
import { z } from 'zod'
import { countField, positionField } from '../http/fields.js'
import { cursorField, decodeCursor, encodeCursor } from '../http/page-cursor.js'
import { readModels } from '../replica/read-model.js'
import { Replica } from '../replica/replica.js'
import type { ShowListBody } from './response.js'
import { type ShowRow, showColumns, toShow } from './show-row.js'

export const listShowsRequest = z.strictObject({
  limit: countField(1, 100, 50).describe('Shows on a page'),
  cursor: cursorField,
  position: positionField,
})
export type ListShowsRequest = z.output<typeof listShowsRequest>

const sortKey = z.tuple([z.int(), z.string()])

/** In the order in which they start. */
export class ListShows extends Query<ShowListBody> {
  constructor(
    readonly request: ListShowsRequest,
    readonly position: Position | null,
  ) {
    super()
  }
}

@QueryHandler(ListShows)
export class ListShowsHandler implements IQueryHandler<ListShows> {
  constructor(private readonly replica: Replica) {}

  async execute({ request: { limit, cursor }, position }: ListShows): Promise<ShowListBody> {
    const after = cursor === undefined ? null : decodeCursor(cursor, sortKey)
    const { result: rows } = await this.replica.read(
      { models: [readModels.shows], position, partition: null },
      async (connection) => {
        const [found] = await connection.query<ShowRow[]>(
          `SELECT ${showColumns} FROM shows_v1
           ${after ? 'WHERE starts_at > ? OR (starts_at = ? AND show_id > ?)' : ''}
           ORDER BY starts_at, show_id LIMIT ?`,
          [...(after ? [after[0], after[0], after[1]] : []), limit + 1],
        )
        return found
      },
    )
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      shows: page.map(toShow),
      next: rows.length > limit && last ? encodeCursor([last.starts_at, last.show_id]) : null,
    }
  }
}
