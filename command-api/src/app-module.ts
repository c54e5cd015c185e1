import { type DynamicModule, Module } from '@nestjs/common'
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core'
import { CqrsModule } from '@nestjs/cqrs'
import { AccessGuard, TokenVerifier } from '@onsale/platform/auth'
import { ProblemFilter, ZodPipe } from '@onsale/platform/http'
import { addPlaces } from './add-places/slice.js'
import { cancelReservation } from './cancel-reservation/slice.js'
import { cancelShow } from './cancel-show/slice.js'
import { changePlan } from './change-plan/slice.js'
import { changeSeats } from './change-seats/slice.js'
import { confirmReservation } from './confirm-reservation/slice.js'
import { extendHold } from './extend-hold/slice.js'
import { HeartbeatController } from './heartbeat/controller.js'
import { Heartbeats } from './heartbeat/heartbeats.js'
import { CommandIngress } from './ingress/command-ingress.js'
import { IdSource } from './ingress/id-source.js'
import { QueueIngress } from './ingress/queue-ingress.js'
import { liftAdmission } from './lift-admission/slice.js'
import { pauseSales } from './pause-sales/slice.js'
import { publishShow } from './publish-show/slice.js'
import { changeRoom, closeRoom, openRoom, pauseRoom, resumeRoom } from './queue/organizer-slices.js'
import { PassController } from './queue/pass-controller.js'
import { RoomKeys } from './queue/room-keys.js'
import { enterRoom, leaveRoom } from './queue/visitor-slices.js'
import { releaseHold } from './release-hold/slice.js'
import { rescheduleShow } from './reschedule-show/slice.js'
import { ReserveTicketsController } from './reserve-tickets/controller.js'
import { ReserveTicketsHandler } from './reserve-tickets/handler.js'
import { resumeSales } from './resume-sales/slice.js'
import { ScheduleRoomController } from './schedule-room/controller.js'
import { ScheduleRoomHandler } from './schedule-room/handler.js'
import { ScheduleShowController } from './schedule-show/controller.js'
import { ScheduleShowHandler } from './schedule-show/handler.js'
import { StoreVenueController } from './store-venue/controller.js'
import { StoreVenueHandler } from './store-venue/handler.js'
import { PlanStore } from './store-venue/plan-store.js'
import { withdrawPlaces } from './withdraw-places/slice.js'

/** What the routes stand on; made before Nest and by nobody but main or a test. */
export interface AppParts {
  ingress: CommandIngress
  /** Of waiting rooms. */
  queue: QueueIngress
  keys: RoomKeys
  heartbeats: Heartbeats
  plans: PlanStore
  verifier: TokenVerifier
  ids: IdSource
  filter: ProblemFilter
}

const slices = [
  extendHold,
  releaseHold,
  changeSeats,
  cancelReservation,
  confirmReservation,
  publishShow,
  pauseSales,
  resumeSales,
  rescheduleShow,
  changePlan,
  withdrawPlaces,
  addPlaces,
  cancelShow,
  liftAdmission,
  enterRoom,
  leaveRoom,
  openRoom,
  pauseRoom,
  resumeRoom,
  closeRoom,
  changeRoom,
]

@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's form of a module with parameters
export class AppModule {
  static with({ ingress, queue, keys, heartbeats, plans, verifier, ids, filter }: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        ReserveTicketsController,
        StoreVenueController,
        ScheduleShowController,
        ScheduleRoomController,
        HeartbeatController,
        PassController,
        ...slices.map(({ controller }) => controller),
      ],
      providers: [
        { provide: CommandIngress, useValue: ingress },
        { provide: QueueIngress, useValue: queue },
        { provide: RoomKeys, useValue: keys },
        { provide: Heartbeats, useValue: heartbeats },
        { provide: PlanStore, useValue: plans },
        { provide: TokenVerifier, useValue: verifier },
        { provide: IdSource, useValue: ids },
        { provide: APP_FILTER, useValue: filter },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_PIPE, useClass: ZodPipe },
        ReserveTicketsHandler,
        StoreVenueHandler,
        ScheduleShowHandler,
        ScheduleRoomHandler,
        ...slices.map(({ handler }) => handler),
      ],
    }
  }
}
