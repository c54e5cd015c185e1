import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import type { Caller } from '@onsale/platform/auth'
import { ProblemError } from '@onsale/platform/http'
import { traceparentOf } from '@onsale/platform/telemetry'
import type { FastifyRequest } from 'fastify'

/** Who sends a command, under which key, and what ties it to the rest of the world. */
export interface CommandContext {
  caller: Caller
  idempotencyKey: string
  correlationId: string
  traceparent: string | null
}

const keyPattern = /^[\x20-\x7e]{1,255}$/

/** @throws ProblemError 400 where the header is absent, empty, twice, or more than 255 printable ASCII characters */
export function idempotencyKeyOf(value: string | string[] | undefined): string {
  if (typeof value === 'string' && value.trim() !== '' && keyPattern.test(value)) return value
  const [code, detail] =
    value === undefined || value === ''
      ? ['idempotency-key-missing', 'Every write needs an Idempotency-Key header.']
      : ['idempotency-key-invalid', 'An Idempotency-Key is 1 to 255 printable ASCII characters.']
  throw new ProblemError(400, code as string, detail as string, {
    errors: [
      { field: 'Idempotency-Key', rule: value === undefined || value === '' ? 'required' : 'printable-ascii-1-255' },
    ],
  })
}

/** The context of a write; its caller was verified by the guard. */
export const Context = createParamDecorator((_: unknown, execution: ExecutionContext): CommandContext => {
  const request = execution.switchToHttp().getRequest<FastifyRequest & { caller: Caller }>()
  return {
    caller: request.caller,
    idempotencyKey: idempotencyKeyOf(request.headers['idempotency-key']),
    correlationId: request.id,
    traceparent: traceparentOf(request.headers.traceparent),
  }
})
