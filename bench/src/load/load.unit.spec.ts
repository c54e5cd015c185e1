import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { answerIn } from './http-connection.js'
import type { LoadJob } from './load-job.js'
import { runLoad } from './run-load.js'

describe('an answer in bytes', () => {
  const text = 'HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello'

  test('is complete when its body is', () => {
    expect(answerIn(Buffer.from(text))).toEqual({ status: 201, complaint: null })
    for (const end of [3, 30, text.length - 1]) expect(answerIn(Buffer.from(text.slice(0, end)))).toBeNull()
  })

  test('says what it complains of', () => {
    const refused = 'HTTP/1.1 409 Conflict\r\ncontent-length: 4\r\n\r\nfull'
    expect(answerIn(Buffer.from(refused))).toEqual({ status: 409, complaint: 'full' })
  })

  test('must have a length', () => {
    expect(answerIn(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))).toBeInstanceOf(Error)
  })
})

describe('a load', () => {
  let server: Server | undefined
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
  })

  interface Seen {
    key: string
    token: string
    body: string
  }

  /** Answers as `answer` says, `delayMs` later. */
  async function serve(answer: (nth: number) => number, delayMs = 0): Promise<{ url: string; seen: Seen[] }> {
    const seen: Seen[] = []
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        const { authorization = '', 'idempotency-key': key } = request.headers
        const status = answer(seen.push({ key: String(key), token: authorization, body }))
        setTimeout(() => response.writeHead(status, { 'content-length': 2 }).end('ok'), delayMs)
      })
    })
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/reserve`, seen }
  }

  const job = (more: Partial<LoadJob> & { url: string }): LoadJob => ({
    tokens: ['a', 'b'],
    bodies: ['{"n":1}'],
    keyPrefix: 'k-',
    connections: 4,
    perSecond: null,
    warmUpMs: 20,
    measureMs: 100,
    accepted: 201,
    processes: { us: [process.pid] },
    ...more,
  })

  test('counts what is accepted, and each request has a key of its own', async () => {
    const { url, seen } = await serve(() => 201)
    const result = await runLoad(job({ url }))
    expect(result.acceptedInAll).toBe(seen.length)
    expect(result.accepted).toBeLessThanOrEqual(seen.length)
    expect(result.accepted).toBeGreaterThan(0)
    expect(result.others).toEqual({})
    expect(new Set(seen.map(({ key }) => key)).size).toBe(seen.length)
    expect(new Set(seen.map(({ token }) => token))).toEqual(new Set(['Bearer a', 'Bearer b']))
    expect(seen[0]?.body).toBe('{"n":1}')
  })

  test('does not count anything else', async () => {
    const { url, seen } = await serve((nth) => (nth % 2 === 0 ? 202 : 201))
    const { acceptedInAll, others } = await runLoad(job({ url }))
    expect(others[202]).toBe(Math.floor(seen.length / 2))
    expect(acceptedInAll + (others[202] as number)).toBe(seen.length)
  })

  test('in the open loop runs from when a request is due: waiting for a connection counts', async () => {
    const { url } = await serve(() => 201, 50)
    const { p50Ms } = await runLoad(job({ url, connections: 1, perSecond: 100, warmUpMs: 0, measureMs: 400 }))
    expect(p50Ms).toBeGreaterThan(100)
  })

  test('a server that is gone ends the load', async () => {
    const { url } = await serve(() => 201)
    setTimeout(() => server?.closeAllConnections(), 50)
    const { others, complaint } = await runLoad(job({ url }))
    expect(others[0]).toBe(4)
    expect(complaint).not.toBeNull()
  })
})
