import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { checkoutRoot, inStack } from '../paths.js'
import { choosePorts, type Ports } from '../ports.js'
import { allStarted, stop } from '../process/run.js'
import { bringUp } from './launch.js'
import { nginx } from './nginx.js'
import { underWayPerProcess } from './nginx-config.js'

let dir: string
let ports: Ports
let origin: string
const apis: Server[] = []

/** Says who was asked, how, and with which headers. */
const api = (name: string, port: number) =>
  new Promise<void>((resolve) => {
    const server = createServer((request, response) => {
      let length = 0
      request.on('data', (part) => {
        length += part.length
      })
      request.on('end', () => {
        response.setHeader('content-type', 'application/json')
        response.end(
          JSON.stringify({ name, method: request.method, url: request.url, length, headers: request.headers }),
        )
      })
    })
    apis.push(server.listen(port, '127.0.0.1', resolve))
  })

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'onsale-nginx-'))
  ports = await choosePorts(dir, {}, new Set())
  await Promise.all([api('command', ports['command-api']), api('query', ports['query-api'])])
  const spec = nginx(dir, checkoutRoot, ports.origin, {
    commandApi: [ports['command-api']],
    queryApi: [ports['query-api']],
  })
  origin = spec.url
  await bringUp(dir, spec)
})
afterAll(async () => {
  const pids = inStack(dir).pids
  for (const entry of allStarted(pids)) await stop(entry, pids)
  for (const server of apis) server.close()
  rmSync(dir, { recursive: true })
})

const problem = async (response: Response) => {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  const body = (await response.json()) as Record<string, unknown>
  expect(body.type).toBe(`https://onsale.dev/problems/${body.code}`)
  expect(body.status).toBe(response.status)
  expect(body.correlationId).toBe(response.headers.get('x-correlation-id'))
  return body
}

test.each([
  ['GET', 'query'],
  ['POST', 'command'],
  ['PUT', 'command'],
  ['DELETE', 'command'],
])('%s goes to the %s API, path and query untouched', async (method, name) => {
  const answer = await fetch(`${origin}/api/tickets/status?reservationId=a%2Fb`, { method })
  expect(await answer.json()).toMatchObject({ name, method, url: '/api/tickets/status?reservationId=a%2Fb' })
})

test("a correlation id is made, or taken over where it is a good one; the caller's headers arrive", async () => {
  const ask = async (headers: Record<string, string>) =>
    (await (await fetch(`${origin}/api/shows`, { headers })).json()) as { headers: Record<string, string> }
  expect((await ask({})).headers['x-correlation-id']).toMatch(/^[0-9a-f]{32}$/)
  expect((await ask({ 'x-correlation-id': 'mine.1' })).headers['x-correlation-id']).toBe('mine.1')
  expect((await ask({ 'x-correlation-id': 'not mine' })).headers['x-correlation-id']).toMatch(/^[0-9a-f]{32}$/)
  const { headers } = await ask({ authorization: 'Bearer t', 'idempotency-key': 'k', 'onsale-position': 'p' })
  expect(headers).toMatchObject({ authorization: 'Bearer t', 'idempotency-key': 'k', 'onsale-position': 'p' })
})

test.each([
  ['/api/tickets/reserve', 262_144, '256 KiB'],
  ['/api/venues', 16_777_216, '16 MiB'],
  ['/api/venues?x=y', 16_777_216, '16 MiB'],
])('%s: a body of %d bytes passes, a byte more is a 413 that says %s', async (path, limit, said) => {
  const send = (length: number) => fetch(`${origin}${path}`, { method: 'POST', body: 'x'.repeat(length) })
  expect(await (await send(limit)).json()).toMatchObject({ length: limit })
  const answer = await send(limit + 1)
  expect(answer.status).toBe(413)
  const detail = `A request body may have ${said} at most.`
  expect(await problem(answer)).toMatchObject({ code: 'body-too-large', detail })
})

test('the index, the API docs and their files', async () => {
  expect(await (await fetch(`${origin}/`)).json()).toMatchObject({ name: 'onsale', docs: '/api/docs' })
  const page = await fetch(`${origin}/api/docs`)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  const files = [...(await page.text()).matchAll(/(?:src|href)="(\/api\/docs\/[^"]+)"/g)].map(([, path]) => path)
  expect(files).toHaveLength(4)
  for (const file of files) {
    const answer = await fetch(`${origin}${file}`)
    expect([file, answer.status]).toEqual([file, 200])
    await answer.arrayBuffer()
  }
})

test.each([
  ['GET', '/nowhere', 404, 'not-found'],
  ['GET', '/api/docs/nowhere.js', 404, 'not-found'],
  ['POST', '/', 405, 'method-not-allowed'],
  ['POST', '/api/docs', 405, 'method-not-allowed'],
])('%s %s is %d', async (method, path, status, code) => {
  const answer = await fetch(`${origin}${path}`, { method })
  expect(answer.status).toBe(status)
  expect(await problem(answer)).toMatchObject({ code })
})

test('more requests under way than are allowed: 429 at once, with Retry-After; the other API is not concerned', async () => {
  let held: (() => void)[] | null = []
  const slow = apis[0] as Server
  const [listener] = slow.listeners('request') as RequestListener[]
  slow.removeAllListeners('request')
  slow.on('request', (request, response) => {
    if (held) held.push(() => listener?.(request, response))
    else listener?.(request, response)
  })
  const post = () => fetch(`${origin}/api/tickets/reserve`, { method: 'POST', body: '{}' })
  const inside = Array.from({ length: underWayPerProcess }, post)
  while (held.length < underWayPerProcess) await new Promise((resolve) => setTimeout(resolve, 10))
  const refused = await post()
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  expect(await problem(refused)).toMatchObject({ code: 'overloaded' })
  expect((await fetch(`${origin}/api/shows`)).status).toBe(200)
  const waiting = held
  held = null
  for (const answer of waiting) answer()
  for (const answer of await Promise.all(inside)) expect(answer.status).toBe(200)
  expect((await post()).status).toBe(200)
})

test('an API that is gone: 502, said as a problem, and never sent twice', async () => {
  await new Promise((resolve) => {
    apis[0]?.close(resolve)
    apis[0]?.closeAllConnections()
  })
  const answer = await fetch(`${origin}/api/tickets/reserve`, { method: 'POST', body: '{}' })
  expect(answer.status).toBe(502)
  expect(answer.headers.get('retry-after')).toBe('1')
  expect(await problem(answer)).toMatchObject({ code: 'bad-gateway' })
  expect((await fetch(`${origin}/api/shows`)).status).toBe(200)
})
