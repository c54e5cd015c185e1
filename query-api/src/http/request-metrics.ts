import type { FastifyInstance } from 'fastify'
import { Gauge, Histogram, type Registry } from 'prom-client'

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Latency of every request by route, never by address: those are without end. */
export function measureRequests(fastify: FastifyInstance, registry: Registry): void {
  const latency = new Histogram({
    name: 'onsale_http_request_seconds',
    help: 'Requests by method, route and status',
    labelNames: ['method', 'route', 'status'] as const,
    buckets,
    registers: [registry],
  })
  fastify.addHook('onResponse', async ({ method, routeOptions }, { statusCode, elapsedTime }) => {
    latency.observe({ method, route: routeOptions.url ?? 'none', status: statusCode }, elapsedTime / 1_000)
  })
}

/** Waits for positions: how long, whether they were shown, and how many wait now. */
export function measureWaits(registry: Registry, waiting: () => number): (waitedMs: number, shown: boolean) => void {
  const waits = new Histogram({
    name: 'onsale_position_wait_seconds',
    help: 'Waits for a position that could not be read at once, by whether it came in time',
    labelNames: ['shown'] as const,
    buckets,
    registers: [registry],
  })
  new Gauge({
    name: 'onsale_position_waiters',
    help: 'Requests that wait for a position now',
    registers: [registry],
    collect() {
      this.set(waiting())
    },
  })
  return (waitedMs, shown) => waits.observe({ shown: String(shown) }, waitedMs / 1_000)
}
