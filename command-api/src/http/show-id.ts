import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { ApiParam } from '@nestjs/swagger'
import { showIdPattern } from '@onsale/domain'
import { ProblemError } from '@onsale/platform/http'
import type { FastifyRequest } from 'fastify'

/** The show that a path names. @throws ProblemError 404 where it can't be the id of a show */
export const ShowId = createParamDecorator((_: unknown, execution: ExecutionContext): string => {
  const { id } = execution.switchToHttp().getRequest<FastifyRequest<{ Params: { id: string } }>>().params
  if (!showIdPattern.test(id)) throw new ProblemError(404, 'show-not-found', 'There is no such show.')
  return id
})

export const DescribesShowId = () =>
  applyDecorators(ApiParam({ name: 'id', description: 'Id of the show', schema: { type: 'string' } }))
