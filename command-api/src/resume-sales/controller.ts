import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { ResumeSales } from './command.js'
import { type ResumeSalesRequest, resumeSalesRequest, resumeSalesResponse } from './request.js'

@Controller('api/shows')
export class ResumeSalesController {
  constructor(private readonly bus: CommandBus) {}

  @Post(':id/resume')
  @Roles(['organizer', 'admin'])
  @DescribesShowId()
  @DescribesCommand({ tag: 'Shows', rejections: [403, 404, 409, 422] })
  @ApiOperation({
    summary: 'Resume the sale of a show',
    description:
      'Undoes a pause. For the roles organizer and admin. Refused: `show-not-found` 404; `sales-not-paused`, `show-cancelled` 409.',
  })
  @ApiOkResponse({ description: 'Resumed', standardSchema: resumeSalesResponse })
  async resume(
    @ShowId() showId: string,
    @Body({ schema: resumeSalesRequest }) request: ResumeSalesRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new ResumeSales(showId, request, context)), { status: 200 })
  }
}
