import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'
import { type HealthCheck, healthAnswer } from './health.js'

export interface OpsServerOptions {
  host: string
  /** 0 takes a free one. */
  port: number
  live: HealthCheck
  ready: HealthCheck
  registry: Registry
}

export interface OpsServer {
  readonly port: number
  stop(): Promise<void>
}

/** /health/live, /health/ready and /metrics of a service that has no other HTTP. */
export async function startOpsServer(options: OpsServerOptions): Promise<OpsServer> {
  const { host, port, live, ready, registry } = options
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return json(response, 405, { title: 'Method not allowed' })
    if (path === '/health/live') return health(response, live)
    if (path === '/health/ready') return health(response, ready)
    if (path !== '/metrics') return json(response, 404, { title: 'Not found' })
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => json(response, 500, { title: 'The metrics could not be collected' }),
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function health(response: ServerResponse, check: HealthCheck): void {
  const { status, body } = healthAnswer(check)
  json(response, status, body)
}

function json(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body))
}
