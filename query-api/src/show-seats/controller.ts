import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common'
import { QueryBus } from '@nestjs/cqrs'
import { ApiHeader, ApiOkResponse, ApiOperation, ApiResponse } from '@nestjs/swagger'
import { type Caller, CallerParam, Public } from '@onsale/platform/auth'
import type { Position } from '@onsale/platform/http'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { DescribesQuery } from '../http/describes-query.js'
import { positionField } from '../http/fields.js'
import { AskedPosition, sayRead } from '../http/position-param.js'
import { seesUnpublished } from '../shows/sees-unpublished.js'
import { etagOf, takesGzip } from './etag.js'
import { GetShowSeats } from './get-show-seats.js'
import { seatStatusResponse, seatsResponse } from './response.js'

const showSeatsRequest = z.strictObject({
  only: z
    .enum(['status'])
    .optional()
    .describe('Leaves out what changes with the plan alone: to be asked again and again'),
  position: positionField,
})
type ShowSeatsRequest = z.output<typeof showSeatsRequest>

@Controller('api/shows/:id/seats')
@Public()
export class ShowSeatsController {
  constructor(private readonly bus: QueryBus) {}

  @Get()
  @DescribesQuery({ tag: 'Shows', statuses: [404] })
  @ApiOperation({
    summary: 'Every seat of a show and its status',
    description:
      'In columns, and compressed where Accept-Encoding has gzip. Ask for all of it once, then with `only=status`: that is a letter for each ' +
      'seat in the same order. The ETag is the version of the show; If-None-Match with it is answered 304 while nothing has changed. The header ' +
      'Onsale-Stale is there where what is shown is not all that has happened.',
  })
  @ApiHeader({ name: 'If-None-Match', required: false, schema: { type: 'string' } })
  @ApiOkResponse({ description: 'The seats', standardSchema: z.union([seatsResponse, seatStatusResponse]) })
  @ApiResponse({ status: 304, description: 'Nothing has changed' })
  async getShowSeats(
    @Param('id') showId: string,
    @Query({ schema: showSeatsRequest }) { only }: ShowSeatsRequest,
    @AskedPosition() asked: Position | null,
    @CallerParam() caller: Caller | null,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Headers('accept-encoding') acceptEncoding: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const part = only ?? 'seats'
    const seats = await this.bus.execute(new GetShowSeats(showId, part, seesUnpublished(caller), ifNoneMatch, asked))
    const zipped = takesGzip(acceptEncoding)
    sayRead(reply, seats)
    reply.headers({
      etag: etagOf(part, seats.kind === 'map' ? seats.map : seats.seats, zipped),
      'cache-control': seats.published ? 'public, no-cache' : 'private, no-cache',
      vary: 'accept-encoding',
    })
    if (seats.kind === 'unchanged') return void reply.status(304).send()
    if (zipped) reply.header('content-encoding', 'gzip')
    reply.type('application/json; charset=utf-8').send(zipped ? seats.map.zipped : seats.map.json)
  }
}
