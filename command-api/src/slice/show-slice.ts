import { Body, Controller, Post, Res, type Type } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { Roles } from '@onsale/platform/auth'
import type { Records } from '@onsale/schemas'
import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { called, type Handler, handled } from './handled.js'

export interface ShowSlice<
  Name extends keyof Records,
  Accepting extends keyof Records,
  Request extends z.ZodObject,
  Response extends z.ZodObject,
> {
  command: Name
  accepting: Accepting
  /** POST /api/shows/:id/<path> */
  path: string
  operationId: string
  request: Request
  response: Response
  body(event: Records[Accepting]): Omit<z.output<Response>, 'showId' | 'position'>
  summary: string
  description: string
  /** Of the 200. */
  done: string
}

/** A command to a show by who runs it (organizer, admin), whose data are its request's: controller and handler. */
export function showSlice<
  Name extends keyof Records,
  Accepting extends keyof Records,
  Request extends z.ZodObject,
  Response extends z.ZodObject,
>(slice: ShowSlice<Name, Accepting, Request, Response>): { controller: Type<object>; handler: Handler } {
  const { command, accepting, path, operationId, request: requestSchema, response, summary, description, done } = slice
  const { operation, toCommand, handler } = handled({
    command,
    data: ({ showId, request }) => ({ showId, ...(request as object) }) as Records[Name] & { showId: string },
    accepting,
    body: (event: Records[Accepting], { showId }) => ({ showId, ...slice.body(event) }),
  })

  @Controller('api/shows')
  class ShowSliceController {
    constructor(private readonly bus: CommandBus) {}

    @Post(`:id/${path}`)
    @Roles(['organizer', 'admin'])
    @DescribesShowId()
    @DescribesCommand({ tag: 'Shows', rejections: [403, 404, 409, 422] })
    @ApiOperation({ operationId, summary, description })
    @ApiOkResponse({ description: done, standardSchema: response })
    async tell(
      @ShowId() showId: string,
      @Body({ schema: requestSchema }) request: object,
      @Context() context: CommandContext,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      return respond(reply, await this.bus.execute(toCommand({ showId, request, context })), { status: 200 })
    }
  }

  called(ShowSliceController, `${operation}Controller`)
  return { controller: ShowSliceController, handler }
}
