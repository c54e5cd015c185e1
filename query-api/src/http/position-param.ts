import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { decodePosition, encodePosition, type Position, ProblemError } from '@onsale/platform/http'
import type { Read } from '@onsale/platform/read-model'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * The position that the answer must show, from the header Onsale-Position or the query; null where there is none.
 * @throws ProblemError 400 where the header is not a position token, or header and query differ
 */
export const AskedPosition = createParamDecorator((_: unknown, execution: ExecutionContext): Position | null => {
  const request = execution.switchToHttp().getRequest<FastifyRequest<{ Querystring: { position?: string } }>>()
  const { position } = request.query
  const header = request.headers['onsale-position']
  if (header === undefined) return position === undefined ? null : decodePosition(position)
  const decoded = typeof header === 'string' ? decodePosition(header) : null
  if (!decoded) throw invalid('position-token')
  if (position !== undefined && position !== header) throw invalid('differs-from-query')
  return decoded
})

/** Says in the answer's header what it shows; gives the token. */
function sayPosition(reply: FastifyReply, position: Position | null): string | null {
  const token = position && encodePosition(position)
  if (token) reply.header('onsale-position', token)
  return token
}

/** Says in the answer's headers what it shows and whether that is stale; gives the fields that say so in a body. */
export function sayRead(reply: FastifyReply, { position, stale }: Omit<Read<unknown>, 'result'>): object {
  if (stale) reply.header('onsale-stale', stale)
  return { position: sayPosition(reply, position), ...(stale ? { stale } : {}) }
}

const invalid = (rule: string) =>
  new ProblemError(400, 'invalid-input', 'The header Onsale-Position breaks a rule: see errors.', {
    errors: [{ field: 'Onsale-Position', rule }],
  })
