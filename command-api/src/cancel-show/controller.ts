import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { CancelShow } from './command.js'
import { type CancelShowRequest, cancelShowRequest, cancelShowResponse } from './request.js'

@Controller('api/shows')
export class CancelShowController {
  constructor(private readonly bus: CommandBus) {}

  @Post(':id/cancel')
  @Roles(['organizer', 'admin'])
  @DescribesShowId()
  @DescribesCommand({ tag: 'Shows', rejections: [403, 404, 409, 422] })
  @ApiOperation({
    summary: 'Cancel a show',
    description:
      'Ends the sale for good. Every reservation, held or sold, is then cancelled with the reason `show-cancelled`; `reservations` says how many. For the roles organizer and admin. Refused: `show-not-found` 404; `show-cancelled` 409.',
  })
  @ApiOkResponse({ description: 'Cancelled', standardSchema: cancelShowResponse })
  async cancelShow(
    @ShowId() showId: string,
    @Body({ schema: cancelShowRequest }) request: CancelShowRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new CancelShow(showId, request, context)), { status: 200 })
  }
}
