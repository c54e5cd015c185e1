import { type DynamicModule, Module } from '@nestjs/common'
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core'
import { CqrsModule } from '@nestjs/cqrs'
import { AccessGuard, TokenVerifier } from '@onsale/platform/auth'
import { ProblemFilter, ZodPipe } from '@onsale/platform/http'
import { CancelReservationController } from './cancel-reservation/controller.js'
import { CancelReservationHandler } from './cancel-reservation/handler.js'
import { ConfirmReservationController } from './confirm-reservation/controller.js'
import { ConfirmReservationHandler } from './confirm-reservation/handler.js'
import { CommandIngress } from './ingress/command-ingress.js'
import { IdSource } from './ingress/id-source.js'
import { ReleaseHoldController } from './release-hold/controller.js'
import { ReleaseHoldHandler } from './release-hold/handler.js'
import { ReserveTicketsController } from './reserve-tickets/controller.js'
import { ReserveTicketsHandler } from './reserve-tickets/handler.js'
import { ScheduleShowController } from './schedule-show/controller.js'
import { ScheduleShowHandler } from './schedule-show/handler.js'
import { StoreVenueController } from './store-venue/controller.js'
import { StoreVenueHandler } from './store-venue/handler.js'
import { PlanStore } from './store-venue/plan-store.js'

/** What the routes stand on; made before Nest and by nobody but main or a test. */
export interface AppParts {
  ingress: CommandIngress
  plans: PlanStore
  verifier: TokenVerifier
  ids: IdSource
  filter: ProblemFilter
}

@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's form of a module with parameters
export class AppModule {
  static with({ ingress, plans, verifier, ids, filter }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        ReserveTicketsController,
        ReleaseHoldController,
        CancelReservationController,
        ConfirmReservationController,
        StoreVenueController,
        ScheduleShowController,
      ],
      providers: [
        { provide: CommandIngress, useValue: ingress },
        { provide: PlanStore, useValue: plans },
        { provide: TokenVerifier, useValue: verifier },
        { provide: IdSource, useValue: ids },
        { provide: APP_FILTER, useValue: filter },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_PIPE, useClass: ZodPipe },
        ReserveTicketsHandler,
        ReleaseHoldHandler,
        CancelReservationHandler,
        ConfirmReservationHandler,
        StoreVenueHandler,
        ScheduleShowHandler,
      ],
    }
  }
}
