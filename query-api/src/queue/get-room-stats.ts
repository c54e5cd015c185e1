import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs'
import { forecast, paceMs } from '@onsale/domain'
import type { Position } from '@onsale/platform/http'
import type { Clock } from '@onsale/platform/ports'
import type { Shown } from '../rooms/room-views.js'
import { LiveRooms } from './live-rooms.js'
import { type RoomNow, secondsOf } from './own-place.js'
import type { StatsBody } from './response.js'
import { RoomSigners } from './room-signers.js'

export class GetRoomStats extends Query<Shown<StatsBody>> {
  constructor(
    readonly showId: string,
    readonly position: Position | null,
  ) {
    super()
  }
}

@QueryHandler(GetRoomStats)
export class GetRoomStatsHandler implements IQueryHandler<GetRoomStats> {
  constructor(
    private readonly rooms: LiveRooms,
    private readonly clock: RoomSigners,
  ) {}

  async execute({ showId, position }: GetRoomStats): Promise<Shown<StatsBody>> {
    const { result, ...shown } = await this.rooms.now(showId, position)
    return { result: statsOf(result, this.clock), ...shown }
  }
}

function statsOf({ showId, look, state, reason, pace, stock }: RoomNow, clock: Clock): StatsBody {
  const { tally, waiting, away, admitted, active, settings, stretches, term } = look
  const of = (name: string) => tally[name] ?? 0
  const from = (Math.floor(clock.now() / paceMs) - 5) * paceMs
  const lastMinute = stretches.filter(({ at }) => at >= from).reduce((sum, it) => sum + it.admitted, 0)
  const foreseen = pace && forecast(pace, waiting)
  return {
    ...{ showId, state, reason },
    entries: {
      ...{ joined: of('joined'), waiting, away, admitted, active, completed: of('completed') },
      ...{ abandoned: of('abandoned'), noShows: of('noShows'), left: of('left'), skipped: of('skipped') },
    },
    admissions: {
      ...{ all: of('admitted'), priority: of('priority'), lastMinute, ratePerMinute: settings.ratePerMinute },
      rateUsed: Math.round((lastMinute / settings.ratePerMinute) * 1_000) / 1_000,
      ...{ open: admitted + active, slots: settings.slots },
    },
    wait: foreseen && secondsOf(foreseen),
    stock,
    term,
  }
}
