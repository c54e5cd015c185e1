import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { AddPlaces } from './command.js'
import { type AddPlacesRequest, addPlacesRequest, addPlacesResponse } from './request.js'

@Controller('api/shows')
export class AddPlacesController {
  constructor(private readonly bus: CommandBus) {}

  @Post(':id/add-places')
  @Roles(['organizer', 'admin'])
  @DescribesShowId()
  @DescribesCommand({ tag: 'Shows', rejections: [403, 404, 409, 422] })
  @ApiOperation({
    summary: 'Put places on sale',
    description:
      'Puts withdrawn seats back on sale, and more places into areas, which may grow past the plan. For the roles organizer and admin. Refused: `show-not-found` 404; `seat-not-found`, `area-not-found`, `nothing-to-hold`, `capacity-exceeded` 422; `places-not-withdrawn` (details: the seats that are for sale already), `show-cancelled` 409.',
  })
  @ApiOkResponse({ description: 'Added', standardSchema: addPlacesResponse })
  async addPlaces(
    @ShowId() showId: string,
    @Body({ schema: addPlacesRequest }) request: AddPlacesRequest,
    @Context() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    return respond(reply, await this.bus.execute(new AddPlaces(showId, request, context)), { status: 200 })
  }
}
