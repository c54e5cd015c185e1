import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import type { Position } from '@onsale/platform/http'
import type { Stale } from '@onsale/platform/read-model'
import { matches } from './etag.js'
import { type Part, type SeatMap, SeatMaps } from './seat-maps.js'
import { type SeatsVersion, sameSeats } from './seat-queries.js'

export type ShowSeats =
  | { kind: 'unchanged'; seats: SeatsVersion; position: Position | null; stale: Stale | null; published: boolean }
  | { kind: 'map'; map: SeatMap; position: Position | null; stale: Stale | null; published: boolean }

export class GetShowSeats extends Query<ShowSeats> {
  constructor(
    readonly showId: string,
    readonly part: Part,
    readonly unpublished: boolean,
    readonly ifNoneMatch: string | undefined,
    readonly position: Position | null,
  ) {
    super()
  }
}

@QueryHandler(GetShowSeats)
export class GetShowSeatsHandler implements IQueryHandler<GetShowSeats> {
  constructor(private readonly maps: SeatMaps) {}

  async execute({ showId, part, unpublished, ifNoneMatch, position: asked }: GetShowSeats): Promise<ShowSeats> {
    const { result, position, stale } = await this.maps.version(showId, part, unpublished, asked)
    const { published, ...seats } = result
    if (matches(ifNoneMatch, part, seats)) {
      this.maps.told(showId, seats, position)
      return { kind: 'unchanged', seats, position, stale, published }
    }
    const map = await this.maps.atLeast(showId, part, seats, asked)
    // The same version says the same at a later position too.
    return { kind: 'map', map, published, ...(sameSeats(map, seats) ? { position, stale } : map.shown) }
  }
}
