import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { ConfirmReservation } from './command.js'
import { type ConfirmReservationRequest, confirmReservationRequest, confirmReservationResponse } from './request.js'

@Controller('api/tickets')
export class ConfirmReservationController {
  constructor(private readonly bus: CommandBus) {}

  @Post('confirm')
  @Roles(['box-office', 'admin'])
  @DescribesCommand({ rejections: [403, 404, 409, 422] })
  @ApiOperation({
    summary: 'Confirm a reservation',
    description:
      'The box office vouches for the money: the hold becomes a sale. For the roles box-office and admin. Refused: `reservation-not-found` 404; `already-confirmed`, `already-cancelled`, `already-released`, `hold-expired` 409.',
  })
  @ApiOkResponse({ description: 'Confirmed', standardSchema: confirmReservationResponse })
  async confirm(
    @Body({ schema: confirmReservationRequest }) request: ConfirmReservationRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new ConfirmReservation(request, context)), { status: 200 })
  }
}
