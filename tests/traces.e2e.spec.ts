import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type KeptSpan, startObservers, stopObservers } from '@onsale/infra'
import { until } from './claims.js'
import { System } from './system.js'

const rooms = ['command-api', 'decider', 'projectors', 'query-api'] as const
const traced = (room: string) => `${room}-traced`

let system: System
let collector: string
let urls: Map<string, string>

beforeAll(async () => {
  system = await System.open()
  const { stack } = system
  collector = (await startObservers(stack.connection.dir, ['trace-collector']))['trace-collector']
  const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: collector }
  // Whoever decides and projects now is one that traces.
  for (const room of ['decider', 'projectors']) stack.kill(room, 'SIGTERM')
  await until(() => stack.pid('decider') === null && stack.pid('projectors') === null)
  for (const room of rooms) await stack.startAnother(traced(room), room, tracing)
  urls = new Map((await stack.status()).map(({ name, url }) => [name, url]))
})
afterAll(async () => {
  const { stack } = system
  await Promise.all(rooms.map((room) => stack.stopAnother(traced(room))))
  await Promise.all(['decider', 'projectors'].map((room) => stack.restart(room)))
  await stopObservers(stack.connection.dir)
})

const spansOf = async (query: string): Promise<KeptSpan[]> => {
  const answer = await fetch(`${collector}/traces?${query}`)
  return answer.ok ? ((await answer.json()) as { spans: KeptSpan[] }).spans : []
}

it('one trace from the request over decision and projection to the read; batches are linked, not parents', async () => {
  const showId = await system.newShow()
  const token = await system.token('customer-traces')
  const traceId = randomBytes(16).toString('hex')
  const traceparent = `00-${traceId}-b7ad6b7169203331-01`
  const ask = (room: string, path: string, init: RequestInit) =>
    fetch(`${urls.get(traced(room))}${path}`, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${token}`, traceparent },
    })
  const held = await ask('command-api', '/api/tickets/reserve', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': traceId },
    body: JSON.stringify({ showId, seats: ['A-1'] }),
  })
  expect(held.status).toBe(201)
  const { reservationId } = (await held.json()) as { reservationId: string }
  const read = await ask('query-api', `/api/tickets/status?reservationId=${reservationId}`, {
    headers: { 'onsale-position': held.headers.get('onsale-position') as string },
  })
  expect(read.status).toBe(200)

  const { env } = system.stack.connection
  const wanted = {
    'command-api': ['POST /api/tickets/reserve', `send ${env}.reservation.commands`, 'await answer'],
    decider: [`process ${env}.reservation.commands`, 'decide', `send ${env}.reservation.events`],
    projectors: [`process ${env}.reservation.events`, 'sql transaction'],
    'query-api': ['sql snapshot', 'GET /api/tickets/status'],
  }
  let spans: KeptSpan[] = []
  const all = (service: string, name: string) => spans.filter((span) => span.service === service && span.name === name)
  const projected = () => spans.filter(({ name }) => name === 'sql transaction').map(({ attributes }) => attributes)
  // Each process sends what it has when it is due; the tables have a transaction for each projection.
  await until(async () => {
    spans = await spansOf(`trace=${traceId}`)
    const reservations = projected().some((attributes) => attributes['onsale.projection'] === 'reservations')
    const there = Object.entries(wanted).every(([service, names]) =>
      names.every((name) => all(service, name).length > 0),
    )
    return reservations && there
  })
  const one = (service: string, name: string) => {
    const found = all(service, name)
    expect([service, name, found.length]).toEqual([service, name, 1])
    return found[0] as KeptSpan
  }
  const request = one('command-api', 'POST /api/tickets/reserve')
  const send = one('command-api', `send ${env}.reservation.commands`)
  const deciding = one('decider', `process ${env}.reservation.commands`)
  expect(request).toMatchObject({ traceId, parentId: 'b7ad6b7169203331' })
  expect(send).toMatchObject({ traceId, parentId: request.spanId })
  expect(one('command-api', 'await answer')).toMatchObject({ traceId, parentId: request.spanId })
  // The tables and the views in Redis have a reader each; one of them may come after the read.
  const projecting = all('projectors', `process ${env}.reservation.events`)
  expect(projecting.length).toBeGreaterThan(0)
  for (const batch of [deciding, ...projecting]) {
    expect(batch.traceId).not.toBe(traceId)
    expect(batch).toMatchObject({ parentId: null, links: [{ traceId, spanId: send.spanId }] })
  }
  expect(one('decider', `send ${env}.reservation.events`).parentId).toBe(deciding.spanId)
  expect(projected()).toContainEqual(expect.objectContaining({ 'onsale.projection': 'reservations' }))
  expect(one('query-api', 'GET /api/tickets/status')).toMatchObject({ traceId, parentId: 'b7ad6b7169203331' })

  const commandId = send.attributes['onsale.command.id'] as string
  expect(await spansOf(`command=${commandId}`)).toEqual(expect.arrayContaining(spans))
  for (const secret of [token, 'onsale-position']) expect(JSON.stringify(spans)).not.toContain(secret)
})
