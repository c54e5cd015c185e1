import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { PublishShow } from './command.js'
import { type PublishShowRequest, publishShowRequest, publishShowResponse } from './request.js'

@Controller('api/shows')
export class PublishShowController {
  constructor(private readonly bus: CommandBus) {}

  @Post(':id/publish')
  @Roles(['organizer', 'admin'])
  @DescribesShowId()
  @DescribesCommand({ tag: 'Shows', rejections: [403, 404, 409, 422] })
  @ApiOperation({
    summary: 'Publish a show',
    description:
      'Lets a show that was scheduled with `publish: false` be sold, from `salesFrom` on. For the roles organizer and admin. Refused: `show-not-found` 404; `show-already-published`, `show-cancelled` 409.',
  })
  @ApiOkResponse({ description: 'Published', standardSchema: publishShowResponse })
  async publish(
    @ShowId() showId: string,
    @Body({ schema: publishShowRequest }) request: PublishShowRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new PublishShow(showId, request, context)), { status: 200 })
  }
}
