import { Controller, Get, Param, Query, Res } from '@nestjs/common'
import { QueryBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { type Caller, CallerParam, Public } from '@onsale/platform/auth'
import type { Position } from '@onsale/platform/http'
import type { FastifyReply } from 'fastify'
import { DescribesQuery } from '../http/describes-query.js'
import { type PositionOnly, positionOnly } from '../http/fields.js'
import { AskedPosition, sayRead } from '../http/position-param.js'
import { GetShow } from './get-show.js'
import { ListShows, type ListShowsRequest, listShowsRequest } from './list-shows.js'
import { showListResponse, showResponse } from './response.js'
import { seesUnpublished } from './sees-unpublished.js'

@Controller('api/shows')
@Public()
export class ShowsController {
  constructor(private readonly bus: QueryBus) {}

  @Get()
  @DescribesQuery({ tag: 'Shows' })
  @ApiOperation({ summary: 'All shows, in the order in which they start, with their free, held and sold places' })
  @ApiOkResponse({ description: 'A page of shows', standardSchema: showListResponse })
  listShows(
    @Query({ schema: listShowsRequest }) request: ListShowsRequest,
    @AskedPosition() position: Position | null,
    @CallerParam() caller: Caller | null,
  ): Promise<object> {
    return this.bus.execute(new ListShows(request, seesUnpublished(caller), position))
  }

  @Get(':id')
  @DescribesQuery({ tag: 'Shows', statuses: [404] })
  @ApiOperation({ summary: 'A show: its terms, and how many of its places are free, held and sold' })
  @ApiOkResponse({ description: 'The show', standardSchema: showResponse })
  async getShow(
    @Param('id') showId: string,
    @Query({ schema: positionOnly }) _query: PositionOnly,
    @AskedPosition() asked: Position | null,
    @CallerParam() caller: Caller | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { result, ...read } = await this.bus.execute(new GetShow(showId, seesUnpublished(caller), asked))
    return { ...result, ...sayRead(reply, read) }
  }
}
