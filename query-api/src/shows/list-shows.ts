import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import type { Position } from '@onsale/platform/http'
import { staleOf, whole } from '@onsale/platform/read-model'
import { z } from 'zod'
import { countField, positionField } from '../http/fields.js'
import { cursorField, decodeCursor, encodeCursor } from '../http/page-cursor.js'
import { readModels, tableOf } from '../replica/read-model.js'
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
    readonly unpublished: boolean,
    readonly position: Position | null,
  ) {
    super()
  }
}

@QueryHandler(ListShows)
export class ListShowsHandler implements IQueryHandler<ListShows> {
  constructor(private readonly replica: Replica) {}

  async execute({ request: { limit, cursor }, unpublished, position }: ListShows): Promise<ShowListBody> {
    const after = cursor === undefined ? null : decodeCursor(cursor, sortKey)
    const models = [readModels.shows]
    const { result } = await this.replica.read(
      { models, position, partition: null, stream: null },
      async (connection, versions, snapshot) => {
        const conditions = [
          ...(unpublished ? [] : ['published_at IS NOT NULL']),
          ...(after ? ['(starts_at > ? OR (starts_at = ? AND show_id > ?))'] : []),
        ]
        const [rows] = await connection.query<ShowRow[]>(
          `SELECT ${showColumns} FROM ${tableOf(versions, 'shows')} ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
           ORDER BY starts_at, show_id LIMIT ?`,
          [...(after ? [after[0], after[0], after[1]] : []), limit + 1],
        )
        const ids = rows.map(({ show_id }) => show_id)
        return { rows, states: await this.replica.streamStates(snapshot, models, ids) }
      },
    )
    const { rows, states } = result
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      shows: page.map((row) => {
        const stale = staleOf(states.get(row.show_id) ?? whole)
        return { ...toShow(row), ...(stale ? { stale } : {}) }
      }),
      next: rows.length > limit && last ? encodeCursor([last.starts_at, last.show_id]) : null,
    }
  }
}
