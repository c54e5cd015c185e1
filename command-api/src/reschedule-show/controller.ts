import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { RescheduleShow } from './command.js'
import { type RescheduleShowRequest, rescheduleShowRequest, rescheduleShowResponse } from './request.js'

@Controller('api/shows')
export class RescheduleShowController {
  constructor(private readonly bus: CommandBus) {}

  @Post(':id/reschedule')
  @Roles(['organizer', 'admin'])
  @DescribesShowId()
  @DescribesCommand({ tag: 'Shows', rejections: [403, 404, 409, 422] })
  @ApiOperation({
    summary: 'Move a show',
    description:
      'Gives a show another sales window and another curtain, all three of them. Holds end when they would have. For the roles organizer and admin. Refused: `show-not-found` 404; `sales-window-invalid`, `terms-invalid` 422; `show-cancelled` 409.',
  })
  @ApiOkResponse({ description: 'Rescheduled', standardSchema: rescheduleShowResponse })
  async reschedule(
    @ShowId() showId: string,
    @Body({ schema: rescheduleShowRequest }) request: RescheduleShowRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new RescheduleShow(showId, request, context)), { status: 200 })
  }
}
