import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { WithdrawPlaces } from './command.js'
import { type WithdrawPlacesRequest, withdrawPlacesRequest, withdrawPlacesResponse } from './request.js'

@Controller('api/shows')
export class WithdrawPlacesController {
  constructor(private readonly bus: CommandBus) {}

  @Post(':id/withdraw')
  @Roles(['organizer', 'admin'])
  @DescribesShowId()
  @DescribesCommand({ tag: 'Shows', rejections: [403, 404, 409, 422] })
  @ApiOperation({
    summary: 'Take places out of the sale',
    description:
      'Takes free seats and free places in areas out of the sale, all of them or none. For the roles organizer and admin. Refused: `show-not-found` 404; `seat-not-found`, `area-not-found`, `nothing-to-hold` 422; `places-not-free` (details: which, and what is left in areas), `show-cancelled` 409.',
  })
  @ApiOkResponse({ description: 'Withdrawn', standardSchema: withdrawPlacesResponse })
  async withdraw(
    @ShowId() showId: string,
    @Body({ schema: withdrawPlacesRequest }) request: WithdrawPlacesRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new WithdrawPlaces(showId, request, context)), { status: 200 })
  }
}
