import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { ReleaseHold } from './command.js'
import { type ReleaseHoldRequest, releaseHoldRequest, releaseHoldResponse } from './request.js'

@Controller('api/tickets')
export class ReleaseHoldController {
  constructor(private readonly bus: CommandBus) {}

  @Post('release')
  @DescribesCommand({ rejections: [404, 409, 422] })
  @ApiOperation({
    summary: 'Let a hold go',
    description:
      'Frees the places of the caller’s own hold. Refused: `reservation-not-found` 404 (also someone else’s); `already-confirmed`, `already-released`, `already-cancelled`, `hold-expired` 409.',
  })
  @ApiOkResponse({ description: 'Released', standardSchema: releaseHoldResponse })
  async release(
    @Body({ schema: releaseHoldRequest }) request: ReleaseHoldRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new ReleaseHold(request, context)), { status: 200 })
  }
}
