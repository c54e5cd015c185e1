import { Controller, Get, Headers, Param, Res } from '@nestjs/common'
import { ApiHeader, ApiOperation, ApiProduces, ApiResponse } from '@nestjs/swagger'
import { type Caller, CallerParam, Public } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { DescribesQuery } from '../http/describes-query.js'
import { openEventStream } from '../http/event-stream.js'
import { partitionOfShow } from '../http/not-found.js'
import { seesUnpublished } from '../shows/sees-unpublished.js'
import { SeatStreams } from './seat-streams.js'

const eventId = /^r?\d{1,9}-\d{1,15}$/

@Controller('api/shows/:id/seats/stream')
@Public()
export class SeatStreamController {
  constructor(private readonly streams: SeatStreams) {}

  @Get()
  @DescribesQuery({ tag: 'Shows', statuses: [404] })
  @ApiOperation({
    summary: 'What changes in the seats of a show, as server-sent events',
    description:
      'First an event `seats` with the body of `seats?only=status`; then `changes`: `{version, seats: [[place in status, letter]], areas: [those ' +
      'that changed]}`, each leading on from the one before. Its id goes into Last-Event-ID when the connection is made anew: what was missed is sent, or `seats` ' +
      'where that is too much. `seats` also comes where the plan has changed, or where a client was too slow to read all changes.',
  })
  @ApiProduces('text/event-stream')
  @ApiHeader({ name: 'Last-Event-ID', required: false, schema: { type: 'string' } })
  @ApiResponse({
    status: 200,
    description: 'Events without an end',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  async stream(
    @Param('id') showId: string,
    @CallerParam() caller: Caller | null,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    partitionOfShow(showId)
    await this.streams.check(showId, seesUnpublished(caller))
    const known = lastEventId !== undefined && eventId.test(lastEventId) ? lastEventId : null
    openEventStream(reply, (answer) => this.streams.listen(showId, answer, known))
  }
}
