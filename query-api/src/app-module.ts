import { type DynamicModule, Module } from '@nestjs/common'
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core'
import { CqrsModule } from '@nestjs/cqrs'
import { AccessGuard, TokenVerifier } from '@onsale/platform/auth'
import { ProblemFilter, ZodPipe } from '@onsale/platform/http'
import type { Clock, Timers } from '@onsale/platform/ports'
import type { LiveSeatMaps } from './live-seats/live-seat-maps.js'
import { QueueController } from './queue/controller.js'
import { GetDrawHandler } from './queue/get-draw.js'
import { GetOwnPlaceHandler } from './queue/get-own-place.js'
import { GetRoomStatsHandler } from './queue/get-room-stats.js'
import { LiveRooms } from './queue/live-rooms.js'
import { PlaceStreams } from './queue/place-streams.js'
import { RoomSigners } from './queue/room-signers.js'
import { PlaceStreamController } from './queue/stream-controller.js'
import { Replica, RoomReplica } from './replica/replica.js'
import { RoomViews } from './rooms/room-views.js'
import { SeatStreamController } from './seat-stream/controller.js'
import { SeatStreams } from './seat-stream/seat-streams.js'
import { ShowSalesController } from './show-sales/controller.js'
import { GetShowSalesHandler } from './show-sales/get-show-sales.js'
import { ShowSeatsController } from './show-seats/controller.js'
import { GetShowSeatsHandler } from './show-seats/get-show-seats.js'
import { SeatMaps } from './show-seats/seat-maps.js'
import { ShowsController } from './shows/controller.js'
import { GetShowHandler } from './shows/get-show.js'
import { ListShowsHandler } from './shows/list-shows.js'
import { Acceptances } from './ticket-status/acceptances.js'
import { GetCommandStatusHandler } from './ticket-status/command-status.js'
import { TicketStatusController } from './ticket-status/controller.js'
import { GetReservationStatusHandler } from './ticket-status/reservation-status.js'
import { VenuesController } from './venues/controller.js'
import { GetVenueHandler } from './venues/get-venue.js'
import { ListVenuesHandler } from './venues/list-venues.js'

/** What the routes stand on; made before Nest and by nobody but main or a test. */
export interface AppParts {
  replica: Replica
  roomReplica: RoomReplica
  rooms: RoomViews
  signers: RoomSigners
  /** Null: seat maps are read from the tables alone. */
  liveSeats: LiveSeatMaps | null
  acceptances: Acceptances
  verifier: TokenVerifier
  filter: ProblemFilter
  clock: Clock
  timers: Timers
}

@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's form of a module with parameters
export class AppModule {
  static with(parts: AppParts): DynamicModule {
    const { replica, roomReplica, rooms, signers, liveSeats, acceptances, verifier, filter, clock, timers } = parts
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        TicketStatusController,
        ShowsController,
        SeatStreamController,
        ShowSeatsController,
        ShowSalesController,
        VenuesController,
        QueueController,
        PlaceStreamController,
      ],
      providers: [
        { provide: Replica, useValue: replica },
        { provide: RoomReplica, useValue: roomReplica },
        { provide: RoomViews, useValue: rooms },
        { provide: LiveRooms, useFactory: () => new LiveRooms(rooms, replica, clock) },
        { provide: RoomSigners, useValue: signers },
        {
          provide: PlaceStreams,
          useFactory: (live: LiveRooms) => new PlaceStreams(rooms, live, signers, timers),
          inject: [LiveRooms],
        },
        { provide: Acceptances, useValue: acceptances },
        { provide: TokenVerifier, useValue: verifier },
        { provide: SeatMaps, useFactory: () => new SeatMaps(replica, liveSeats) },
        { provide: SeatStreams, useFactory: (maps: SeatMaps) => new SeatStreams(maps, timers), inject: [SeatMaps] },
        { provide: APP_FILTER, useValue: filter },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_PIPE, useClass: ZodPipe },
        GetReservationStatusHandler,
        GetCommandStatusHandler,
        ListShowsHandler,
        GetShowHandler,
        GetShowSeatsHandler,
        GetShowSalesHandler,
        ListVenuesHandler,
        GetVenueHandler,
        GetOwnPlaceHandler,
        GetDrawHandler,
        GetRoomStatsHandler,
      ],
    }
  }
}
