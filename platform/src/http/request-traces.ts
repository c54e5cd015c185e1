import { type Context, context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { attribute, spanName } from '../telemetry/semantic-names.js'
import { asParent, isTracing, remoteSpan, startSpan } from '../telemetry/tracing.js'

const spans = new WeakMap<FastifyRequest, { span: Span; within: Context }>()

export const spanOf = (request: FastifyRequest): Span | undefined => spans.get(request)?.span

/**
 * A server span around every request, the child of the caller's where it sends a traceparent. Without tracing no hook is added.
 */
export function traceRequests(fastify: FastifyInstance): void {
  if (!isTracing()) return
  fastify.addHook('onRequest', (request, _, done) => {
    const { method, routeOptions, url, id, headers } = request
    const route = routeOptions.url ?? 'unmatched'
    const parent = asParent(remoteSpan(headers.traceparent))
    const span = startSpan(spanName.request(method, route), {
      kind: SpanKind.SERVER,
      parent,
      attributes: {
        [attribute.httpMethod]: method,
        [attribute.httpRoute]: route,
        [attribute.urlPath]: url.split('?')[0] as string,
        [attribute.messagingConversation]: id,
      },
    })
    if (!span) return done()
    const within = trace.setSpan(parent, span)
    spans.set(request, { span, within })
    context.with(within, done)
  })
  // The body arrives in events of the socket, which know nothing of the request.
  fastify.addHook('preValidation', (request, _, done) => {
    const traced = spans.get(request)
    if (traced) context.with(traced.within, done)
    else done()
  })
  fastify.addHook('onResponse', async (request, { statusCode }) => {
    const span = spanOf(request)
    span?.setAttribute(attribute.httpStatus, statusCode)
    if (statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR })
    span?.end()
  })
}
