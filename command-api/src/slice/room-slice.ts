import { applyDecorators, Body, Controller, HttpCode, Inject, Post, Res, type Type } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { type Caller, type Role, Roles } from '@onsale/platform/auth'
import type { Records } from '@onsale/schemas'
import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { DescribesShowId, ShowId } from '../http/show-id.js'
import { RoomKeys } from '../queue/room-keys.js'
import { called, type Handler, handled } from './handled.js'

/** What a slice may know beside its request. */
export interface AskedOfRoom {
  showId: string
  caller: Caller
  keys: RoomKeys
}

export interface RoomSlice<
  Name extends keyof Records,
  Accepting extends keyof Records,
  Request extends z.ZodObject,
  Response extends z.ZodObject,
> {
  command: Name
  accepting: Accepting | readonly Accepting[]
  /** POST /api/queue/:id/<path> */
  path: string
  operationId: string
  /** Who may; everybody with a token where it is left out. */
  roles?: Role[]
  /** Statuses of refusals beside those that all have. */
  refused?: number[]
  request: Request
  response: Response
  /** Beside showId. */
  data(request: z.output<Request>, asked: AskedOfRoom): Omit<Records[Name], 'showId'>
  body(event: Records[Accepting], asked: AskedOfRoom): Omit<z.output<Response>, 'showId' | 'position'>
  summary: string
  description: string
  /** Of the 200. */
  done: string
}

type WithKeys = { request: object; keys: RoomKeys }

/** A command to the waiting room of a show: controller and handler. */
export function roomSlice<
  Name extends keyof Records,
  Accepting extends keyof Records,
  Request extends z.ZodObject,
  Response extends z.ZodObject,
>(slice: RoomSlice<Name, Accepting, Request, Response>): { controller: Type<object>; handler: Handler } {
  const {
    command,
    accepting,
    path,
    operationId,
    roles,
    refused = [],
    request: requestSchema,
    response,
    ...words
  } = slice
  const { operation, toCommand, handler } = handled({
    command,
    bodyOf: ({ request }) => (request as WithKeys).request,
    data: ({ showId, request, context }) => {
      const asked = { showId, caller: context.caller, keys: (request as WithKeys).keys }
      const data = slice.data((request as WithKeys).request as z.output<Request>, asked)
      return { showId, ...data } as unknown as Records[Name] & { showId: string }
    },
    accepting,
    body: (event: Records[Accepting], { showId, request, context }) => ({
      showId,
      ...slice.body(event, { showId, caller: context.caller, keys: (request as WithKeys).keys }),
    }),
  })

  @Controller('api/queue')
  class RoomSliceController {
    constructor(
      private readonly bus: CommandBus,
      @Inject(RoomKeys) private readonly keys: RoomKeys,
    ) {}

    @Post(`:id/${path}`)
    @HttpCode(200)
    @ForRoles(roles, refused)
    @DescribesShowId()
    @ApiOperation({ operationId, summary: words.summary, description: words.description })
    @ApiOkResponse({ description: words.done, standardSchema: response })
    async tell(
      @ShowId() showId: string,
      @Body({ schema: requestSchema }) request: object,
      @Context() context: CommandContext,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      const asked = { showId, request: { request, keys: this.keys }, context }
      return respond(reply, await this.bus.execute(toCommand(asked)), { status: 200 })
    }
  }

  called(RoomSliceController, `${operation}Controller`)
  return { controller: RoomSliceController, handler }
}

function ForRoles(roles: Role[] | undefined, refused: number[]) {
  const rejections = [...refused, 404, 409, 422]
  return roles
    ? applyDecorators(Roles(roles), DescribesCommand({ tag: 'Waiting room', rejections: [403, ...rejections] }))
    : DescribesCommand({ tag: 'Waiting room', rejections })
}
