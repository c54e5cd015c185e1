import { Controller, Get, Param, Query } from '@nestjs/common'
import { QueryBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Public } from '@onsale/platform/auth'
import type { Position } from '@onsale/platform/http'
import { DescribesQuery } from '../http/describes-query.js'
import { type PositionOnly, positionOnly } from '../http/fields.js'
import { AskedPosition } from '../http/position-param.js'
import { GetVenue } from './get-venue.js'
import { ListVenues, type ListVenuesRequest, listVenuesRequest } from './list-venues.js'
import { venueListResponse, venueResponse } from './response.js'

@Controller('api/venues')
@Public()
export class VenuesController {
  constructor(private readonly bus: QueryBus) {}

  @Get()
  @DescribesQuery({ tag: 'Venues' })
  @ApiOperation({ summary: 'All seating plans' })
  @ApiOkResponse({ description: 'A page of seating plans', standardSchema: venueListResponse })
  listVenues(
    @Query({ schema: listVenuesRequest }) request: ListVenuesRequest,
    @AskedPosition() position: Position | null,
  ): Promise<object> {
    return this.bus.execute(new ListVenues(request, position))
  }

  @Get(':hash')
  @DescribesQuery({ tag: 'Venues', statuses: [404] })
  @ApiOperation({ summary: 'A seating plan: its categories, sections and areas' })
  @ApiOkResponse({ description: 'The seating plan', standardSchema: venueResponse })
  getVenue(
    @Param('hash') planHash: string,
    @Query({ schema: positionOnly }) _query: PositionOnly,
    @AskedPosition() position: Position | null,
  ): Promise<object> {
    return this.bus.execute(new GetVenue(planHash, position))
  }
}
