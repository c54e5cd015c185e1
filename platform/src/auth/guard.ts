import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../http/problem.js'
import { type Caller, hasRole, type Role } from './caller.js'
import { TokenVerifier } from './token-verifier.js'

/** `@Roles(['organizer', 'admin'])`: any of them will do. A route without it takes any valid token. */
export const Roles = Reflector.createDecorator<Role[]>()

/** `@Public()`: no token is needed; one that is sent must be valid. */
export const Public = Reflector.createDecorator<void>()

type WithCaller = FastifyRequest & { caller?: Caller }

/** Every route needs a valid access token unless it says Public. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<WithCaller>()
    const places = [context.getHandler(), context.getClass()]
    const isPublic = this.reflector.getAllAndOverride(Public, places) !== undefined
    if (isPublic && request.headers.authorization === undefined) return true
    request.caller ??= await this.verifier.verify(request.headers.authorization)
    const needed = this.reflector.getAllAndOverride(Roles, places)
    if (needed && !hasRole(request.caller, ...needed)) {
      throw new ProblemError(403, 'role-missing', `This needs one of the roles ${needed.join(', ')}.`)
    }
    return true
  }
}

/** The verified caller, as a parameter of a handler; null on a public route without a token. */
export const CallerParam = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller | null =>
    context.switchToHttp().getRequest<WithCaller>().caller ?? null,
)
