import { applyDecorators } from '@nestjs/common'
import { ApiBearerAuth, ApiHeader, ApiResponse, ApiTags } from '@nestjs/swagger'

const problems: Record<number, string> = {
  400: 'The input breaks a rule: `errors` says which fields and which rules',
  401: 'No access token, or one that is not valid',
  403: 'The token lacks the role (`role-missing`)',
  404: 'There is no such thing, or it is not the caller’s',
  503: '`not-yet-projected`: the position asked for cannot be read yet; `stream-parked`: it stands for an event that could not be applied and is with the operators; `replica-unavailable`. Ask again after Retry-After seconds',
}

const problem = (status: number) =>
  ApiResponse({
    status,
    description: problems[status] as string,
    headers: { 'X-Correlation-Id': { schema: { type: 'string' }, description: 'As sent, or made' } },
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  } as Parameters<typeof ApiResponse>[0])

/** What all reads have in common, for the OpenAPI document. */
export function DescribesQuery({
  tag,
  secured = false,
  statuses = [],
}: {
  tag: string
  secured?: boolean
  statuses?: number[]
}) {
  const all = [...new Set([400, 401, 503, ...statuses])].sort((a, b) => a - b)
  return applyDecorators(
    ApiTags(tag),
    ...(secured ? [ApiBearerAuth()] : []),
    ApiHeader({
      name: 'Onsale-Position',
      required: false,
      schema: { type: 'string' },
      description:
        'Position token of an earlier answer. The read waits, for some seconds at most, until it shows what that answer stands for; otherwise 503 `not-yet-projected`',
    }),
    ApiHeader({
      name: 'X-Correlation-Id',
      required: false,
      schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' },
    }),
    ...all.map(problem),
  )
}
