import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import type { Position } from '@onsale/platform/http'
import type { Read } from '@onsale/platform/read-model'
import { partitionOfShow, showNotFound } from '../http/not-found.js'
import { readModels, tableOf } from '../replica/read-model.js'
import { Replica } from '../replica/replica.js'
import type { ShowBody } from './response.js'
import { type ShowRow, showColumns, toShow } from './show-row.js'

export class GetShow extends Query<Read<ShowBody>> {
  constructor(
    readonly showId: string,
    readonly unpublished: boolean,
    readonly position: Position | null,
  ) {
    super()
  }
}

@QueryHandler(GetShow)
export class GetShowHandler implements IQueryHandler<GetShow> {
  constructor(private readonly replica: Replica) {}

  execute({ showId, unpublished, position }: GetShow): Promise<Read<ShowBody>> {
    const partition = partitionOfShow(showId)
    return this.replica.read(
      { models: [readModels.shows], position, partition, stream: showId },
      async (connection, versions) => {
        const [[row]] = await connection.query<ShowRow[]>(
          `SELECT ${showColumns} FROM ${tableOf(versions, 'shows')} WHERE show_id = ?`,
          [showId],
        )
        if (!row || (row.published_at === null && !unpublished)) throw showNotFound()
        return toShow(row)
      },
    )
  }
}
