import { randomUUID } from 'node:crypto'
import { beforeAll, expect, it } from '@jest/globals'
import { until } from './claims.js'
import { leaks, logsOf, noted } from './confidential.js'
import { System } from './system.js'

let system: System
let dir: string
beforeAll(async () => {
  system = await System.open()
  dir = system.stack.connection.dir
})

/** Something that stands nowhere by chance. */
const secret = (what: string) => `${what}-${randomUUID()}`

const linesOf = (file: string) =>
  (logsOf(dir).get(file) ?? '')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)

it('no token, key, body or query is in any log, whether the request is good, bad or broken', async () => {
  const showId = await system.newShow()
  const token = await system.token('customer-logs')
  const organizer = await system.token('organizer-logs', 'organizer')
  const [key, text, query, badToken] = [secret('key'), secret('body'), secret('acceptance'), secret('token')]
  const last = secret('correlation')
  const held = await system.post('/api/tickets/reserve', token, { showId, seats: ['A-1'] }, key)
  expect(held.status).toBe(201)
  const { reservationId } = held.body
  const position = held.headers['onsale-position'] as string
  const refused: [number, Parameters<System['call']>][] = [
    [422, ['POST', '/api/tickets/reserve', { token, key, body: { showId, seats: ['A-2'] } }]],
    [400, ['POST', '/api/tickets/reserve', { token, body: { showId, seats: [text], [text]: text } }]],
    [400, ['POST', '/api/tickets/reserve', { token, body: `{"showId": ${text}` }]],
    [400, ['POST', '/api/tickets/cancel', { token, body: { reservationId, reason: `not ${text}!` } }]],
    [200, ['POST', '/api/tickets/cancel', { token, body: { reservationId, reason: text } }]],
    [400, ['POST', '/api/shows', { token: organizer, body: { title: text } }]],
    [401, ['POST', '/api/tickets/release', { token: badToken, body: { reservationId } }]],
    [401, ['GET', `/api/tickets/status?reservationId=${reservationId}`, { token: badToken }]],
    [404, ['GET', `/api/nowhere?token=${query}`, {}]],
    [400, ['GET', `/api/tickets/status?commandId=${query}&acceptance=${query}`, { token }]],
    [200, ['GET', `/api/tickets/status?reservationId=${reservationId}&position=${position}`, { token }]],
    [200, ['GET', '/api/shows', { headers: { 'x-correlation-id': last } }]],
  ]
  for (const [status, call] of refused)
    expect([call[1], (await system.call(...call)).status]).toEqual([call[1], status])
  // The access log is written a second later at most.
  await until(() => leaks(dir, [last]).length > 0)
  expect(leaks(dir, [token, organizer, key, text, query, badToken, position])).toEqual([])
})

it('nor are the passwords and secrets that the services work with', () => {
  const values = Object.values(system.stack.connection.variables)
  const passwords = values.flatMap((value) => (URL.canParse(value) ? [new URL(value).password] : []))
  const named = Object.entries(system.stack.connection.variables).filter(([name]) => name.endsWith('_SECRET'))
  const all = [...passwords, ...named.map(([, secret]) => secret)].filter((text) => text.length >= 16)
  expect(all.length).toBeGreaterThan(4)
  expect(leaks(dir, all)).toEqual([])
})

it('lines of services and origin have the fields of the common schema', async () => {
  const correlation = secret('correlation')
  await system.call('GET', '/api/shows?limit=1', { headers: { 'x-correlation-id': correlation } })
  await until(() => leaks(dir, [correlation]).length > 0)
  expect(linesOf('nginx-access.log').find((line) => line['http.request.id'] === correlation)).toMatchObject({
    'service.name': 'origin',
    'http.request.method': 'GET',
    'url.path': '/api/shows',
    'http.response.status_code': 200,
  })
  for (const service of ['command-api', 'decider', 'projectors', 'query-api', 'reactors']) {
    const lines = linesOf(`${service}.log`)
    expect(lines.length).toBeGreaterThan(0)
    for (const line of lines)
      expect(line).toMatchObject({
        '@timestamp': expect.any(String),
        'log.level': expect.any(String),
        message: expect.any(String),
        'ecs.version': expect.any(String),
        'service.name': service,
        'service.node.name': expect.any(String),
      })
  }
})

it('what the tests have sent so far is noted, for the check at the end of the run', () => {
  expect(noted(dir).length).toBeGreaterThan(10)
})
