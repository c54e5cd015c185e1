import type { FastifyInstance } from 'fastify'
import { Histogram, type Registry } from 'prom-client'
import { exemplarOf } from '../telemetry/tracing.js'
import { spanOf } from './request-traces.js'

const buckets = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** The methods that any route here has; others are one, so that a stranger cannot make series. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * Rate, errors and duration of all requests, in the names of OpenTelemetry's conventions. By route template, never by
 * address: those are without end. What no route answers is one route, `unmatched`.
 */
export function measureRequests(fastify: FastifyInstance, registry: Registry): void {
  const duration = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Requests by method, route template and status, from the first byte read to the last byte written',
    labelNames: ['http_request_method', 'http_route', 'http_response_status_code'] as const,
    buckets,
    enableExemplars: true,
    registers: [registry],
  })
  fastify.addHook('onResponse', async (request, { statusCode, elapsedTime }) => {
    const { method, routeOptions } = request
    duration.observe({
      labels: {
        http_request_method: knownMethods.has(method) ? method : '_OTHER',
        http_route: routeOptions.url ?? 'unmatched',
        http_response_status_code: statusCode,
      },
      value: elapsedTime / 1_000,
      exemplarLabels: exemplarOf(spanOf(request)),
    })
  })
}
