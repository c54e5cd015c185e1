import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiCreatedResponse, ApiOperation } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { refusalsOfChoice } from '../http/choice.js'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { ReserveTickets } from './command.js'
import { type ReserveTicketsRequest, reserveTicketsRequest, reserveTicketsResponse } from './request.js'

@Controller('api/tickets')
export class ReserveTicketsController {
  constructor(private readonly bus: CommandBus) {}

  @Post('reserve')
  @DescribesCommand({ rejections: [404, 409, 422] })
  @ApiOperation({
    summary: 'Hold seats and places',
    description:
      'Holds the named seats, or the best available ones, and the places in areas, all of them or none, for the caller (the token’s subject) until `expiresAt`. ' +
      `Refused: \`show-not-found\` 404; ${refusalsOfChoice}.`,
  })
  @ApiCreatedResponse({ description: 'Held', standardSchema: reserveTicketsResponse })
  async reserve(
    @Body({ schema: reserveTicketsRequest }) request: ReserveTicketsRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const outcome = await this.bus.execute(new ReserveTickets(request, context))
    return respond(reply, outcome, {
      status: 201,
      location: ({ reservationId }) => `/api/tickets/status?reservationId=${reservationId}`,
    })
  }
}
