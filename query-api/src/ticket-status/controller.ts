import { Controller, Get, Query, Res } from '@nestjs/common'
import { QueryBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { type Caller, CallerParam } from '@onsale/platform/auth'
import type { Position } from '@onsale/platform/http'
import type { FastifyReply } from 'fastify'
import { DescribesQuery } from '../http/describes-query.js'
import { AskedPosition, sayRead } from '../http/position-param.js'
import { GetCommandStatus } from './command-status.js'
import { type TicketStatusRequest, ticketStatusRequest } from './request.js'
import { GetReservationStatus } from './reservation-status.js'
import { ticketStatusResponse } from './response.js'

@Controller('api/tickets/status')
export class TicketStatusController {
  constructor(private readonly bus: QueryBus) {}

  @Get()
  @DescribesQuery({ tag: 'Tickets', secured: true, statuses: [404] })
  @ApiOperation({
    summary: 'What became of a reservation, or of a command',
    description:
      'Of one’s own; box-office, organizer, operator and admin see all. A command that a 202 was given for is `pending` until its ' +
      'answer can be read, never 404, where its `acceptance` is sent along (it stands in the Location of the 202).',
  })
  @ApiOkResponse({ description: 'The status', standardSchema: ticketStatusResponse })
  async getTicketStatus(
    @Query({ schema: ticketStatusRequest }) request: TicketStatusRequest,
    @AskedPosition() asked: Position | null,
    @CallerParam() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { reservationId, commandId, acceptance } = request
    reply.header('cache-control', 'no-store')
    const { result, ...read } = await (reservationId === undefined
      ? this.bus.execute(new GetCommandStatus(commandId as string, acceptance, caller, asked))
      : this.bus.execute(new GetReservationStatus(reservationId, caller, asked)))
    if (result.status === 'pending') reply.header('retry-after', '1')
    return { ...result, ...sayRead(reply, read) }
  }
}
