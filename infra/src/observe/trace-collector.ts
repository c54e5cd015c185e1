import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { exportRequest, keptSpans } from './span.js'
import type { SpanStore } from './span-store.js'

const mostBytes = 16 * 1024 * 1024

/**
 * Where local services export their spans to (OTLP over HTTP, in JSON), and where ./onsale trace finds them. A deployment has
 * a collector and a store of its own in this one's stead.
 */
export function createTraceCollector(store: SpanStore): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const route = `${request.method} ${url.pathname}`
    if (route === 'GET /health/ready') return answer(response, 200, {})
    if (route === 'GET /traces') return find(store, url.searchParams, response)
    if (route !== 'POST /v1/traces') return answer(response, 404, { message: `there is no ${route}` })
    receive(request, store).then(
      () => answer(response, 200, {}),
      (error: Error) => answer(response, error instanceof BadRequest ? 400 : 500, { message: error.message }),
    )
  })
}

class BadRequest extends Error {}

async function receive(request: IncomingMessage, store: SpanStore): Promise<void> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new BadRequest(`more than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  let body: unknown
  try {
    body = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new BadRequest('not JSON')
  }
  const parsed = exportRequest.safeParse(body)
  if (!parsed.success) throw new BadRequest(z.prettifyError(parsed.error))
  store.add(keptSpans(parsed.data))
}

/** ?trace=, ?command=, or neither: the last trace with a command in it. */
function find(store: SpanStore, asked: URLSearchParams, response: ServerResponse): void {
  const command = asked.get('command')
  const traceId = asked.get('trace') ?? (command === null ? store.lastTrace() : store.traceOfCommand(command))
  const spans = traceId === null ? [] : store.family(traceId)
  if (spans.length > 0) answer(response, 200, { traceId, spans })
  else answer(response, 404, { message: 'no such trace is kept' })
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
