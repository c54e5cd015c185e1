import { type DynamicModule, Module } from '@nestjs/common'
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core'
import { CqrsModule } from '@nestjs/cqrs'
import { AccessGuard, TokenVerifier } from '@onsale/platform/auth'
import { ProblemFilter, ZodPipe } from '@onsale/platform/http'
import { AddPlacesController } from './add-places/controller.js'
import { AddPlacesHandler } from './add-places/handler.js'
import { CancelReservationController } from './cancel-reservation/controller.js'
import { CancelReservationHandler } from './cancel-reservation/handler.js'
import { CancelShowController } from './cancel-show/controller.js'
import { CancelShowHandler } from './cancel-show/handler.js'
import { ChangePlanController } from './change-plan/controller.js'
import { ChangePlanHandler } from './change-plan/handler.js'
import { ChangeSeatsController } from './change-seats/controller.js'
import { ChangeSeatsHandler } from './change-seats/handler.js'
import { ConfirmReservationController } from './confirm-reservation/controller.js'
import { ConfirmReservationHandler } from './confirm-reservation/handler.js'
import { ExtendHoldController } from './extend-hold/controller.js'
import { ExtendHoldHandler } from './extend-hold/handler.js'
import { CommandIngress } from './ingress/command-ingress.js'
import { IdSource } from './ingress/id-source.js'
import { PauseSalesController } from './pause-sales/controller.js'
import { PauseSalesHandler } from './pause-sales/handler.js'
import { PublishShowController } from './publish-show/controller.js'
import { PublishShowHandler } from './publish-show/handler.js'
import { ReleaseHoldController } from './release-hold/controller.js'
import { ReleaseHoldHandler } from './release-hold/handler.js'
import { RescheduleShowController } from './reschedule-show/controller.js'
import { RescheduleShowHandler } from './reschedule-show/handler.js'
import { ReserveTicketsController } from './reserve-tickets/controller.js'
import { ReserveTicketsHandler } from './reserve-tickets/handler.js'
import { ResumeSalesController } from './resume-sales/controller.js'
import { ResumeSalesHandler } from './resume-sales/handler.js'
import { ScheduleShowController } from './schedule-show/controller.js'
import { ScheduleShowHandler } from './schedule-show/handler.js'
import { StoreVenueController } from './store-venue/controller.js'
import { StoreVenueHandler } from './store-venue/handler.js'
import { PlanStore } from './store-venue/plan-store.js'
import { WithdrawPlacesController } from './withdraw-places/controller.js'
import { WithdrawPlacesHandler } from './withdraw-places/handler.js'

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
        AddPlacesController,
        CancelShowController,
        ChangePlanController,
        ChangeSeatsController,
        ExtendHoldController,
        PauseSalesController,
        PublishShowController,
        RescheduleShowController,
        ResumeSalesController,
        WithdrawPlacesController,
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
        AddPlacesHandler,
        CancelShowHandler,
        ChangePlanHandler,
        ChangeSeatsHandler,
        ExtendHoldHandler,
        PauseSalesHandler,
        PublishShowHandler,
        RescheduleShowHandler,
        ResumeSalesHandler,
        WithdrawPlacesHandler,
      ],
    }
  }
}
