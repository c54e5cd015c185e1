import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { refusalsOfChoice } from '../http/choice.js'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { ChangeSeats } from './command.js'
import { type ChangeSeatsRequest, changeSeatsRequest, changeSeatsResponse } from './request.js'

@Controller('api/tickets')
export class ChangeSeatsController {
  constructor(private readonly bus: CommandBus) {}

  @Post('change')
  @DescribesCommand({ rejections: [404, 409, 422] })
  @ApiOperation({
    summary: 'Change the places of a hold',
    description:
      'Gives back all that the caller’s own hold has, and holds what is asked for instead, as reserve would: both or neither. What it has counts as free for the choice; the hold ends when it would have. ' +
      'Refused: `reservation-not-found` 404 (also someone else’s); `already-confirmed`, `already-released`, `already-cancelled`, `hold-expired` 409; ' +
      `${refusalsOfChoice}.`,
  })
  @ApiOkResponse({ description: 'Changed', standardSchema: changeSeatsResponse })
  async change(
    @Body({ schema: changeSeatsRequest }) request: ChangeSeatsRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new ChangeSeats(request, context)), { status: 200 })
  }
}
