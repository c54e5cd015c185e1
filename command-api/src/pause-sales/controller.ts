import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { PauseSales } from './command.js'
import { type PauseSalesRequest, pauseSalesRequest, pauseSalesResponse } from './request.js'

@Controller('api/shows')
export class PauseSalesController {
  constructor(private readonly bus: CommandBus) {}

  @Post(':id/pause')
  @Roles(['organizer', 'admin'])
  @DescribesShowId()
  @DescribesCommand({ tag: 'Shows', rejections: [403, 404, 409, 422] })
  @ApiOperation({
    summary: 'Pause the sale of a show',
    description:
      'Refuses every further hold until the sale is resumed. What is held can still be paid for, extended and let go. For the roles organizer and admin. Refused: `show-not-found` 404; `sales-already-paused`, `show-cancelled` 409.',
  })
  @ApiOkResponse({ description: 'Paused', standardSchema: pauseSalesResponse })
  async pause(
    @ShowId() showId: string,
    @Body({ schema: pauseSalesRequest }) request: PauseSalesRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new PauseSales(showId, request, context)), { status: 200 })
  }
}
