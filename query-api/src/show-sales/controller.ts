import { Controller, Get, Param, Query, Res } from '@nestjs/common'
import { QueryBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { Position } from '@onsale/platform/http'
import type { FastifyReply } from 'fastify'
import { DescribesQuery } from '../http/describes-query.js'
import { AskedPosition, sayRead } from '../http/position-param.js'
import { GetShowSales, type ShowSalesRequest, showSalesRequest, showSalesResponse } from './get-show-sales.js'

@Controller('api/shows/:id/sales')
export class ShowSalesController {
  constructor(private readonly bus: QueryBus) {}

  @Get()
  @Roles(['organizer', 'admin'])
  @DescribesQuery({ tag: 'Shows', secured: true, statuses: [403, 404] })
  @ApiOperation({ summary: 'What each minute of the sale brought', description: 'For the roles organizer and admin.' })
  @ApiOkResponse({ description: 'A page of minutes, oldest first', standardSchema: showSalesResponse })
  async getShowSales(
    @Param('id') showId: string,
    @Query({ schema: showSalesRequest }) request: ShowSalesRequest,
    @AskedPosition() asked: Position | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const { result, ...read } = await this.bus.execute(new GetShowSales(showId, request, asked))
    return { ...result, ...sayRead(reply, read) }
  }
}
