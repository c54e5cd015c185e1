import { applyDecorators, Body, Controller, Post, Res, type Type } from '@nestjs/common'
import { CommandBus } from '@nestjs/cqrs'
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger'
import { showOf } from '@onsale/domain'
import { type Caller, type Role, Roles } from '@onsale/platform/auth'
import type { Records } from '@onsale/schemas'
import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import { type CommandContext, Context } from '../http/command-context.js'
import { DescribesCommand } from '../http/describes-command.js'
import { respond } from '../http/outcome.js'
import { called, type Handler, handled } from './handled.js'

/** Every such request names its reservation, which names its show. */
type OfReservation = z.ZodType<{ reservationId: string }>

export interface ReservationSlice<
  Name extends keyof Records,
  Accepting extends keyof Records,
  Request extends OfReservation,
  Response extends z.ZodObject,
> {
  command: Name
  accepting: Accepting
  /** POST /api/tickets/<path>, and the operation's id. */
  path: string
  /** Who may; everybody with a token where it is left out. */
  roles?: Role[]
  request: Request
  response: Response
  /** Beside showId and reservationId. */
  data(request: z.output<Request>, caller: Caller): Omit<Records[Name], 'showId' | 'reservationId'>
  body(event: Records[Accepting]): Omit<z.output<Response>, 'showId' | 'reservationId' | 'position'>
  summary: string
  description: string
  /** Of the 200. */
  done: string
}

/** A command about a reservation: controller and handler. */
export function reservationSlice<
  Name extends keyof Records,
  Accepting extends keyof Records,
  Request extends OfReservation,
  Response extends z.ZodObject,
>(slice: ReservationSlice<Name, Accepting, Request, Response>): { controller: Type<object>; handler: Handler } {
  const { command, accepting, path, roles, request: requestSchema, response, summary, description, done } = slice
  const { operation, toCommand, handler } = handled({
    command,
    data: ({ showId, request, context }) =>
      ({
        ...{ showId, reservationId: (request as z.output<Request>).reservationId },
        ...slice.data(request as z.output<Request>, context.caller),
      }) as unknown as Records[Name] & { showId: string },
    accepting,
    body: (event: Records[Accepting], { showId, request }) => ({
      ...{ reservationId: (request as z.output<Request>).reservationId, showId },
      ...slice.body(event),
    }),
  })

  @Controller('api/tickets')
  class ReservationSliceController {
    constructor(private readonly bus: CommandBus) {}

    @Post(path)
    @ForRoles(roles)
    @ApiOperation({ operationId: path, summary, description })
    @ApiOkResponse({ description: done, standardSchema: response })
    async tell(
      @Body({ schema: requestSchema }) request: object,
      @Context() context: CommandContext,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<object> {
      const showId = showOf((request as z.output<Request>).reservationId) as string
      return respond(reply, await this.bus.execute(toCommand({ showId, request, context })), { status: 200 })
    }
  }

  called(ReservationSliceController, `${operation}Controller`)
  return { controller: ReservationSliceController, handler }
}

const ForRoles = (roles: Role[] | undefined) =>
  roles
    ? applyDecorators(Roles(roles), DescribesCommand({ rejections: [403, 404, 409, 422] }))
    : DescribesCommand({ rejections: [404, 409, 422] })
