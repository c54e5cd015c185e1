import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { CancelReservation } from './command.js'
import { type CancelReservationRequest, cancelReservationRequest, cancelReservationResponse } from './request.js'

@Controller('api/tickets')
export class CancelReservationController {
  constructor(private readonly bus: CommandBus) {}

  @Post('cancel')
  @DescribesCommand({ rejections: [404, 409, 422] })
  @ApiOperation({
    summary: 'Cancel a reservation',
    description:
      'Undoes a hold or a sale and frees its places: the caller’s own, or any for the roles organizer and admin. Refused: `reservation-not-found` 404 (also someone else’s); `already-cancelled`, `already-released`, `hold-expired` 409.',
  })
  @ApiOkResponse({ description: 'Cancelled', standardSchema: cancelReservationResponse })
  async cancel(
    @Body({ schema: cancelReservationRequest }) request: CancelReservationRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new CancelReservation(request, context)), { status: 200 })
  }
}
