import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { ChangePlan } from './command.js'
import { type ChangePlanRequest, changePlanRequest, changePlanResponse } from './request.js'

@Controller('api/shows')
export class ChangePlanController {
  constructor(private readonly bus: CommandBus) {}

  @Post(':id/change-plan')
  @Roles(['organizer', 'admin'])
  @DescribesShowId()
  @DescribesCommand({ tag: 'Shows', rejections: [403, 404, 409, 422] })
  @ApiOperation({
    summary: 'Put a show on another seating plan',
    description:
      'The new plan has every seat that is held or sold, in the same category, and room in its areas for what is taken there. A seat of both plans stays as it is; areas get the places of the new plan. For the roles organizer and admin. Refused: `show-not-found`, `plan-not-found` 404; `prices-mismatch` 422; `plan-lacks-places` (details: which), `show-cancelled` 409.',
  })
  @ApiOkResponse({ description: 'Changed', standardSchema: changePlanResponse })
  async changePlan(
    @ShowId() showId: string,
    @Body({ schema: changePlanRequest }) request: ChangePlanRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new ChangePlan(showId, request, context)), { status: 200 })
  }
}
