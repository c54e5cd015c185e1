import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiCreatedResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { ScheduleShow } from './command.js'
import { type ScheduleShowRequest, scheduleShowRequest, scheduleShowResponse } from './request.js'

@Controller('api/shows')
export class ScheduleShowController {
  constructor(private readonly bus: CommandBus) {}

  @Post()
  @Roles(['organizer', 'admin'])
  @DescribesCommand({ tag: 'Shows', rejections: [403, 404, 422] })
  @ApiOperation({
    summary: 'Schedule a show',
    description:
      'Schedules a show on a stored seating plan. For the roles organizer and admin. The same Idempotency-Key gives the same show. Refused: `plan-not-found` 404; `prices-mismatch`, `sales-window-invalid`, `terms-invalid` 422.',
  })
  @ApiCreatedResponse({ description: 'Scheduled', standardSchema: scheduleShowResponse })
  async schedule(
    @Body({ schema: scheduleShowRequest }) request: ScheduleShowRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new ScheduleShow(request, context)), {
      status: 201,
      location: ({ showId }) => `/api/shows/${showId}`,
    })
  }
}
