import { ProblemError } from './problem.js'

const fastifyProblems: Record<string, [status: number, code: string, detail: string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'unsupported-media-type', 'The body must be application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'body-too-large', 'The body is larger than this route takes.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'malformed-request', 'Content-Length is not the length of the body.'],
}

const statusProblems: Record<number, [code: string, detail: string]> = {
  400: ['malformed-request', 'The request is malformed.'],
  404: ['route-not-found', 'There is nothing at this address.'],
  408: ['request-timeout', 'The request took too long to arrive.'],
  413: ['body-too-large', 'The body is larger than this route takes.'],
  414: ['uri-too-long', 'The address is too long.'],
  415: ['unsupported-media-type', 'The body must be application/json.'],
  431: ['headers-too-large', 'The headers are too large.'],
}

/**
 * The problem that an error is to the caller: problems as they are, Fastify's and Nest's own by a table, anything else is
 * a bug or broken infrastructure of ours and says nothing of what is inside.
 */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  const { code, statusCode, getStatus } = (error ?? {}) as {
    code?: unknown
    statusCode?: unknown
    getStatus?: () => number
  }
  const known = typeof code === 'string' ? fastifyProblems[code] : undefined
  if (known) return new ProblemError(...known, { cause: error })
  // Only these two say what the status of the request is; a statusCode on any other error is that of some other request.
  const isFastifys = typeof code === 'string' && code.startsWith('FST_')
  const isParsers = error instanceof SyntaxError && statusCode === 400
  const status =
    typeof getStatus === 'function' ? getStatus.call(error) : isFastifys || isParsers ? statusCode : undefined
  const byStatus = typeof status === 'number' ? statusProblems[status] : undefined
  if (byStatus) return new ProblemError(status as number, ...byStatus, { cause: error })
  return new ProblemError(500, 'internal-error', 'Something went wrong on our side.', { cause: error })
}
