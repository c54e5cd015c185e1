import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { ExtendHold } from './command.js'
import { type ExtendHoldRequest, extendHoldRequest, extendHoldResponse } from './request.js'

@Controller('api/tickets')
export class ExtendHoldController {
  constructor(private readonly bus: CommandBus) {}

  @Post('extend')
  @DescribesCommand({ rejections: [404, 409, 422] })
  @ApiOperation({
    summary: 'Extend a hold',
    description:
      'Lengthens the caller’s own hold by the show’s hold length, once; never past the end of sales, nor past an hour after it began. Refused: `reservation-not-found` 404 (also someone else’s); `already-extended`, `extension-limit`, `sales-closed`, `already-confirmed`, `already-released`, `already-cancelled`, `hold-expired` 409.',
  })
  @ApiOkResponse({ description: 'Extended', standardSchema: extendHoldResponse })
  async extend(
    @Body({ schema: extendHoldRequest }) request: ExtendHoldRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new ExtendHold(request, context)), { status: 200 })
  }
}
