import { applyDecorators } from '@nestjs/common'
import { ApiBearerAuth, ApiHeader, ApiResponse, ApiTags } from '@nestjs/swagger'
import { z } from 'zod'

const pendingSchema = z.object({ commandId: z.string(), status: z.literal('pending'), location: z.string() })

const problems: Record<number, string> = {
  400: 'The input breaks a rule (`errors` says which fields and which rules), the body is not JSON, or the Idempotency-Key is missing',
  401: 'No access token, or one that is not valid: `token-missing`, `token-malformed`, `token-algorithm`, `token-key-unknown`, `token-signature`, `token-expired`, `token-audience`, `token-issuer`',
  403: 'The token lacks the role (`role-missing`)',
  404: 'There is no such thing, or it is not the caller’s',
  409: 'Something stands in the way: `code` says what',
  413: 'The body is too large',
  415: 'The body is not application/json',
  422: 'The request can’t be fulfilled as it is, or `idempotency-key-reused`: this key was used for another body',
  429: '`overloaded` or `too-many-requests`: nothing was done, send it again after Retry-After seconds',
  503:
    '`append-unknown`: it is not known whether the command was taken, send the same request again with the same Idempotency-Key; ' +
    '`overloaded`, `not-ready` or `deadline-passed`: nothing was done, send it again after Retry-After seconds',
}

const correlation = { 'X-Correlation-Id': { schema: { type: 'string' as const }, description: 'As sent, or made' } }

const problem = (status: number) =>
  ApiResponse({
    status,
    description: problems[status] as string,
    headers: correlation,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  } as Parameters<typeof ApiResponse>[0])

/** What all commands have in common, for the OpenAPI document. `rejections`: statuses of refusals of this one. */
export function DescribesCommand({
  rejections,
  pending = true,
  tag = 'Tickets',
}: {
  rejections: number[]
  pending?: boolean
  tag?: string
}) {
  const statuses = [...new Set([400, 401, 413, 415, 429, 503, ...rejections])].sort((a, b) => a - b)
  return applyDecorators(
    ApiTags(tag),
    ApiBearerAuth(),
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' },
      description:
        'Names this command among those of the caller, the operation and the show; 1–255 printable ASCII characters. The same key with the same ' +
        'body, sent once or two hundred times, is one command and gets the same answer (accepted ones for 24 hours, refused ones for 10 minutes). The ' +
        'same key with another body is refused with 422 `idempotency-key-reused`. The same key on another show is another command. After a ' +
        '503, a timeout or a lost connection, send the same request again with the same key.',
    }),
    ApiHeader({
      name: 'X-Correlation-Id',
      required: false,
      schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
    }),
    ...(pending
      ? [
          ApiResponse({
            status: 202,
            description:
              'The command is in the log, its answer has not come yet. Ask `Location`, after Retry-After seconds; or send the same request again with the same key',
            standardSchema: pendingSchema,
          }),
        ]
      : []),
    ...statuses.map(problem),
  )
}

/** Of a route that appends nothing. */
export const DescribesNoCommand = ({ tag, statuses }: { tag: string; statuses: number[] }) =>
  applyDecorators(
    ApiTags(tag),
    ...[...new Set([400, 401, 413, 415, 503, ...statuses])].sort((a, b) => a - b).map(problem),
  )
