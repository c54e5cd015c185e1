import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import type { Registry } from 'prom-client'
import type { Caller } from '../auth/caller.js'
import type { Ids } from '../ports/index.js'
import { type HealthCheck, healthAnswer } from '../telemetry/index.js'
import { AllowedMethods } from './allowed-methods.js'
import { correlationIdOf } from './correlation.js'
import { ProblemError } from './problem.js'
import { measureRequests } from './request-metrics.js'
import { traceRequests } from './request-traces.js'

/** Bodies larger than this are 413, on every route that does not say otherwise. */
export const defaultBodyLimit = 256 * 1024

/** Options of the Fastify of an API: the request id is the correlation id. */
export const edgeOptions = (ids: Ids) =>
  ({
    bodyLimit: defaultBodyLimit,
    genReqId: (request) => correlationIdOf(request.headers) ?? ids.uuid(),
    // Behind nginx: a slow sender is its business, one that never ends ours.
    requestTimeout: 60_000,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
  }) satisfies FastifyServerOptions

export interface EdgeOptions {
  live: HealthCheck
  ready: HealthCheck
  registry: Registry
  /** Verifies tokens before a large body is read (see AccessGuard for the rest). */
  verifier?: { verify(authorization: string | undefined): Promise<Caller> }
}

/**
 * What every API has in front of its routes: the correlation id on every answer, JSON bodies only, a body limit of a
 * route's own (`@RouteConfig({ bodyLimit })`), /health/live, /health/ready and /metrics. To be called before Nest adds its
 * routes. @returns what is needed to tell 405 from 404
 */
export function prepareEdge(
  fastify: FastifyInstance,
  { live, ready, registry, verifier }: EdgeOptions,
): AllowedMethods {
  const methods = new AllowedMethods()
  takeJsonAlone(fastify)
  hangUpWhenClosing(fastify)
  traceRequests(fastify)
  measureRequests(fastify, registry)
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('x-correlation-id', request.id)
    // A stranger must not make us read megabytes.
    const { bodyLimit = 0 } = request.routeOptions.config as { bodyLimit?: number }
    if (verifier && bodyLimit > defaultBodyLimit) {
      ;(request as { caller?: Caller }).caller = await verifier.verify(request.headers.authorization)
    }
  })
  fastify.addHook('onRoute', (route) => {
    methods.add(route.method, route.url)
    const { bodyLimit } = (route.config ?? {}) as { bodyLimit?: number }
    if (bodyLimit !== undefined) route.bodyLimit = bodyLimit
  })
  for (const [url, check] of [
    ['/health/live', live],
    ['/health/ready', ready],
  ] as const) {
    fastify.get(url, async (_, reply) => {
      const { status, body } = healthAnswer(check)
      return reply.status(status).header('cache-control', 'no-store').send(body)
    })
  }
  fastify.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()))
  return methods
}

/** Anything but JSON is 415; what is not JSON, or would set a prototype, is 400. */
function takeJsonAlone(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error')
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    parse(request, body as string, (error, value) => {
      if (error) done(new ProblemError(400, 'malformed-json', 'The body is not JSON.', { cause: error }))
      else done(null, value)
    })
  })
}

/** A connection whose last answer goes out while the server closes would be kept alive for a minute, and the server with it. */
function hangUpWhenClosing(fastify: FastifyInstance): void {
  let closing = false
  fastify.addHook('preClose', async () => {
    closing = true
  })
  fastify.addHook('onSend', async (_, reply) => {
    if (closing) reply.header('connection', 'close')
  })
}
