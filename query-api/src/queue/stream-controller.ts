import { Controller, Get, Headers, Param, Res } from '@nestjs/common'
import { ApiHeader, ApiOperation, ApiProduces, ApiResponse } from '@nestjs/swagger'
import { type Caller, CallerParam } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { DescribesQuery } from '../http/describes-query.js'
import { openEventStream } from '../http/event-stream.js'
import { partitionOfShow } from '../http/not-found.js'
import { heardOf, PlaceStreams } from './place-streams.js'

@Controller('api/queue/:id/stream')
export class PlaceStreamController {
  constructor(private readonly streams: PlaceStreams) {}

  @Get()
  @DescribesQuery({ tag: 'Waiting room', secured: true, statuses: [404] })
  @ApiOperation({
    summary: 'One’s place in the waiting room as it changes, as server-sent events',
    description:
      'Events `place` with the body of `…/status`: at once, then where something has changed, at most every 1 or 2 s near the front, and at least every 15 s. The id of the last goes into Last-Event-ID when the connection is made anew: nothing older is ' +
      'told then. The stream ends when the access token runs out. Refused: `room-not-found`, `entry-not-found` 404.',
  })
  @ApiProduces('text/event-stream')
  @ApiHeader({ name: 'Last-Event-ID', required: false, schema: { type: 'string' } })
  @ApiResponse({
    status: 200,
    description: 'Events without an end',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  async streamPlace(
    @Param('id') showId: string,
    @CallerParam() caller: Caller,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    partitionOfShow(showId)
    const found = await this.streams.find(showId, caller, heardOf(lastEventId))
    openEventStream(reply, (answer) => this.streams.listen(showId, caller, found, answer))
  }
}
