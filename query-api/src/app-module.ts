import { type DynamicModule, Module } from '@nestjs/common'
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core'
import { CqrsModule } from '@nestjs/cqrs'
import { AccessGuard, TokenVerifier } from '@onsale/platform/auth'
import { ProblemFilter, ZodPipe } from '@onsale/platform/http'
import type { Timers } from '@onsale/platform/ports'
import type { LiveSeatMaps } from './live-seats/live-seat-maps.js'
import { Replica } from './replica/replica.js'
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
  /** Null: seat maps are read from the tables alone. */
  liveSeats: LiveSeatMaps | null
  acceptances: Acceptances
  verifier: TokenVerifier
  filter: ProblemFilter
  timers: Timers
}

@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's form of a module with parameters
export class AppModule {
  static with({ replica, liveSeats, acceptances, verifier, filter, timers }: AppParts): DynamicModule {
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
      ],
      providers: [
        { provide: Replica, useValue: replica },
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
      ],
    }
  }
}
