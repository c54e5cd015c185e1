import { Controller, Get, Param, Query, Res } from '@nestjs/common'
import { QueryBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { type Caller, CallerParam, Public, Roles } from '@onsale/platform/auth'
import type { Position } from '@onsale/platform/http'
import type { FastifyReply } from 'fastify'
import { DescribesQuery } from '../http/describes-query.js'
import { type PositionOnly, positionOnly } from '../http/fields.js'
import { partitionOfShow } from '../http/not-found.js'
import { AskedPosition, sayRead } from '../http/position-param.js'
import { type DrawRequest, drawRequest, GetDraw } from './get-draw.js'
import { GetOwnPlace } from './get-own-place.js'
import { GetRoomStats } from './get-room-stats.js'
import { drawResponse, ownPlaceResponse, statsResponse } from './response.js'

const tag = 'Waiting room'

@Controller('api/queue/:id')
export class QueueController {
  constructor(private readonly bus: QueryBus) {}

  @Get('status')
  @DescribesQuery({ tag, secured: true, statuses: [404] })
  @ApiOperation({
    summary: 'One’s place in the waiting room, and how long it may take',
    description:
      'Of the caller’s own entry. Who is admitted is given the token to reserve with. Ask again after `askAgainSeconds`, which is 1 or 2 near the front and at least 10 far back; ' +
      'or listen to `…/stream`. 503 `room-unreachable`: it cannot be read right now, places are kept. Refused: `room-not-found`, `entry-not-found` 404.',
  })
  @ApiOkResponse({ description: 'The place', standardSchema: ownPlaceResponse })
  async getQueueStatus(
    @Param('id') showId: string,
    @Query({ schema: positionOnly }) _: PositionOnly,
    @AskedPosition() asked: Position | null,
    @CallerParam() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    partitionOfShow(showId)
    reply.header('cache-control', 'no-store')
    const { result, position } = await this.bus.execute(new GetOwnPlace(showId, caller.id, asked))
    reply.header('retry-after', String(result.askAgainSeconds))
    return { ...result, ...sayRead(reply, { position, stale: null }) }
  }

  @Get('draw')
  @Public()
  @DescribesQuery({ tag, statuses: [404] })
  @ApiOperation({
    summary: 'All that it takes to check the draw',
    description:
      'The commitment from the beginning; seed, digest of the lobby and the order, in pieces, once the room has opened. With a token also the caller’s own entry and its place. Refused: `room-not-found` 404.',
  })
  @ApiOkResponse({ description: 'The draw', standardSchema: drawResponse })
  async getDraw(
    @Param('id') showId: string,
    @Query({ schema: drawRequest }) { fromPlace }: DrawRequest,
    @CallerParam() caller: Caller | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    partitionOfShow(showId)
    reply.header('cache-control', caller ? 'private, no-cache' : 'public, max-age=5')
    return this.bus.execute(new GetDraw(showId, fromPlace, caller?.id ?? null))
  }

  @Get('stats')
  @Roles(['organizer', 'operator', 'admin'])
  @DescribesQuery({ tag, secured: true, statuses: [403, 404] })
  @ApiOperation({
    summary: 'A waiting room in numbers',
    description: 'For the roles organizer, operator and admin. Refused: `room-not-found` 404.',
  })
  @ApiOkResponse({ description: 'The numbers', standardSchema: statsResponse })
  async getRoomStats(
    @Param('id') showId: string,
    @Query({ schema: positionOnly }) _: PositionOnly,
    @AskedPosition() asked: Position | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    partitionOfShow(showId)
    reply.header('cache-control', 'no-store')
    const { result, position } = await this.bus.execute(new GetRoomStats(showId, asked))
    return { ...result, ...sayRead(reply, { position, stale: null }) }
  }
}
