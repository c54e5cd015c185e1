import { Body, Controller, Post, Res } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { RouteConfig } from '@nestjs/platform-fastify'
import { ApiCreatedResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { FastifyReply } from 'fastify'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { StoreVenue } from './command.js'
import { type StoreVenueRequest, storeVenueRequest, storeVenueResponse } from './request.js'

/** A plan of 50,000 seats is about 6 MiB of JSON. */
const venueBodyLimit = 16 * 1024 * 1024

@Controller('api/venues')
export class StoreVenueController {
  constructor(private readonly bus: CommandBus) {}

  @Post()
  @Roles(['organizer', 'admin'])
  @RouteConfig({ bodyLimit: venueBodyLimit })
  @DescribesCommand({ tag: 'Venues', rejections: [403, 422], pending: false })
  @ApiOperation({
    summary: 'Store a seating plan',
    description:
      'Stores a seating plan (16 MiB at most) under the SHA-256 of its content; storing the same plan again changes nothing and gives the same answer, whatever the key. For the roles organizer and admin. Refused: `plan-invalid` 422.',
  })
  @ApiCreatedResponse({ description: 'Stored', standardSchema: storeVenueResponse })
  async store(
    @Body({ schema: storeVenueRequest }) request: StoreVenueRequest,
    // Every write needs a key, though the content is what makes this one idempotent.
    @Context() _context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const stored = await this.bus.execute(new StoreVenue(request))
    reply.status(201).headers({ location: `/api/venues/${stored.planHash}`, 'cache-control': 'no-store' })
    return stored
  }
}
