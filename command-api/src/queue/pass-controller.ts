import { Body, Controller, HttpCode, Post } from '@nestjs/common'
import { ApiBearerAuth, ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { z } from 'zod'
import { DescribesNoCommand } from '../http/describes-command.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { passRequest, passResponse } from './requests.js'
import { RoomKeys } from './room-keys.js'

/** The way into the priority lane: who it is for the organizer knows, not the room. */
@Controller('api/queue')
export class PassController {
  constructor(private readonly keys: RoomKeys) {}

  @Post(':id/pass')
  @HttpCode(200)
  @Roles(['organizer', 'operator', 'admin'])
  @ApiBearerAuth()
  @DescribesShowId()
  @DescribesNoCommand({ tag: 'Waiting room', statuses: [403, 404] })
  @ApiOperation({
    operationId: 'givePass',
    summary: 'A pass for the priority lane of a room',
    description:
      'For one customer: members, partners, who was promised one. What the lane is worth the room’s `priorityPercent` says. Asked again, it is the same pass; nothing is kept, no command, and no Idempotency-Key. ' +
      'For the roles organizer, operator and admin.',
  })
  @ApiOkResponse({ description: 'The pass', standardSchema: passResponse })
  give(
    @ShowId() showId: string,
    @Body({ schema: passRequest }) { customerId }: z.output<typeof passRequest>,
  ): z.output<typeof passResponse> {
    return { showId, customerId, pass: this.keys.passOf(showId, customerId) }
  }
}
