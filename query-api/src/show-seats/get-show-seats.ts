import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import type { Position } from '@onsale/platform/http'
import type { Stale } from '@onsale/platform/read-model'
import { matches } from './etag.js'
import { type Part, type SeatMap, SeatMaps } from './seat-maps.js'

export type ShowSeats =
  | { kind: 'unchanged'; version: number; position: Position | null; stale: Stale | null; published: boolean }
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
    const { result, position, stale } = await this.maps.version(showId, unpublished, asked)
    const { version, published } = result
    if (matches(ifNoneMatch, part, version)) return { kind: 'unchanged', version, position, stale, published }
    const map = await this.maps.atLeast(showId, part, version)
    // The same version says the same at a later position too.
    return { kind: 'map', map, published, ...(map.version === version ? { position, stale } : map.shown) }
  }
}
