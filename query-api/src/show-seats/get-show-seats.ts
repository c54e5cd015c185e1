import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import type { Position } from '@onsale/platform/http'
import { matches } from './etag.js'
import { type Part, type SeatMap, SeatMaps } from './seat-maps.js'

export type ShowSeats =
  | { kind: 'unchanged'; version: number; position: Position | null }
  | { kind: 'map'; map: SeatMap; position: Position | null }

export class GetShowSeats extends Query<ShowSeats> {
  constructor(
    readonly showId: string,
    readonly part: Part,
    readonly ifNoneMatch: string | undefined,
    readonly position: Position | null,
  ) {
    super()
  }
}

@QueryHandler(GetShowSeats)
export class GetShowSeatsHandler implements IQueryHandler<GetShowSeats> {
  constructor(private readonly maps: SeatMaps) {}

  async execute({ showId, part, ifNoneMatch, position: asked }: GetShowSeats): Promise<ShowSeats> {
    const { result: version, position } = await this.maps.version(showId, asked)
    if (matches(ifNoneMatch, part, version)) return { kind: 'unchanged', version, position }
    const map = await this.maps.atLeast(showId, part, version)
    // The same version says the same at a later position too.
    return { kind: 'map', map, position: map.version === version ? position : map.position }
  }
}
