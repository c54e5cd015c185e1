import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import type { Position } from '@onsale/platform/http'
import { entryNotFound, RoomViews, type Shown } from '../rooms/room-views.js'
import { LiveRooms } from './live-rooms.js'
import { ownPlace } from './own-place.js'
import type { OwnPlaceBody } from './response.js'
import { RoomSigners } from './room-signers.js'

export class GetOwnPlace extends Query<Shown<OwnPlaceBody>> {
  constructor(
    readonly showId: string,
    readonly customerId: string,
    readonly position: Position | null,
  ) {
    super()
  }
}

@QueryHandler(GetOwnPlace)
export class GetOwnPlaceHandler implements IQueryHandler<GetOwnPlace> {
  constructor(
    private readonly views: RoomViews,
    private readonly rooms: LiveRooms,
    private readonly signers: RoomSigners,
  ) {}

  async execute({ showId, customerId, position: asked }: GetOwnPlace): Promise<Shown<OwnPlaceBody>> {
    // Both at once: one is mostly at hand.
    const [room, own] = await Promise.all([this.rooms.now(showId, asked), this.views.own(showId, customerId, asked)])
    if (!own.result) throw entryNotFound()
    const body = ownPlace(room.result, own.result, customerId, this.signers.now(), this.signers)
    return { result: body, position: earlier(room.position, own.position) }
  }
}

/** What both show. */
const earlier = (a: Position, b: Position): Position => (a.offset < b.offset ? a : b)
