import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiCreatedResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { scheduleRoomRequest, scheduleRoomResponse } from '../queue/requests.js'
import { ScheduleRoom } from './command.js'

@Controller('api/queue')
export class ScheduleRoomController {
  constructor(private readonly bus: CommandBus) {}

  @Post(':id/schedule')
  @Roles(['organizer', 'operator', 'admin'])
  @DescribesShowId()
  @DescribesCommand({ tag: 'Waiting room', rejections: [403, 404, 409, 422] })
  @ApiOperation({
    operationId: 'scheduleRoom',
    summary: 'Schedule the waiting room of a show',
    description:
      'From now on the show is sold to those alone whom the room has admitted. For the roles organizer, operator and admin. Refused: `show-not-found` 404; `room-already-scheduled`, `show-cancelled` 409; `room-settings-invalid` 422.',
  })
  @ApiCreatedResponse({ description: 'Scheduled', standardSchema: scheduleRoomResponse })
  async schedule(
    @ShowId() showId: string,
    @Body({ schema: scheduleRoomRequest }) request: z.output<typeof scheduleRoomRequest>,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new ScheduleRoom(showId, request, context)), { status: 201 })
  }
}
