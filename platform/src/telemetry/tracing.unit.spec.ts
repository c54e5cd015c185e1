import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { SpanKind } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { fastify } from 'fastify'
import { prepareEdge } from '../http/index.js'
import { header, type OwnerLog, tracedOwnerLog, tracedProducer } from '../log/index.js'
import { createLogger, createMetrics, isTracing, traceWith } from './index.js'
import { processingBatch } from './message-spans.js'
import { openTracer } from './open-tracer.js'
import { activeTrace, inSpan } from './tracing.js'

const caller = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
const traceparent = (flags = '01', spanId = caller.spanId) => `00-${caller.traceId}-${spanId}-${flags}`
const headers = { [header.id]: 'e1', [header.commandId]: 'c1', [header.correlationId]: 'x1' }

let exporter = new InMemorySpanExporter()
let stop: () => Promise<void>
const trace = (ratio = 1) => {
  exporter = new InMemorySpanExporter()
  const opened = openTracer({
    service: 'decider',
    instance: 'decider-1',
    ratio,
    mostLinks: 1_000,
    processor: new SimpleSpanProcessor({ exporter }),
  })
  traceWith(opened.tracer)
  stop = opened.stop
}
const spans = () => exporter.getFinishedSpans()
const named = (name: string) => spans().find((span) => span.name === name)

afterEach(async () => {
  traceWith(null)
  await stop?.()
})

describe('traced', () => {
  beforeEach(() => trace())

  test('a request is the child of its caller; what is sent in it is its child and says so', async () => {
    const sent: Record<string, string>[] = []
    const registry = createMetrics()
    const app = fastify()
    prepareEdge(app, { live: () => [], ready: () => [], registry })
    const producer = tracedProducer(
      {
        async append({ headers: sending }) {
          sent.push(sending)
          return { offset: 7 }
        },
      },
      'commands',
    )
    app.post('/api/things/:id', async () =>
      producer.append({ partition: 1, key: 'k', name: 'a.b.HoldSeats', data: {}, headers }),
    )
    await app.inject({
      method: 'POST',
      url: '/api/things/4711?acceptance=secret',
      headers: { traceparent: traceparent() },
      payload: { some: 'body' },
    })
    const request = named('POST /api/things/:id')
    const send = named('send commands')
    expect(request?.kind).toBe(SpanKind.SERVER)
    expect(request?.spanContext().traceId).toBe(caller.traceId)
    expect(request?.parentSpanContext?.spanId).toBe(caller.spanId)
    expect(request?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/api/things/:id',
      'http.response.status_code': 200,
      'url.path': '/api/things/4711',
    })
    expect(JSON.stringify(request?.attributes)).not.toContain('secret')
    expect(send?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId)
    expect(send?.attributes).toMatchObject({
      'messaging.system': 'kafka',
      'messaging.destination.name': 'commands',
      'messaging.destination.partition.id': '1',
      'messaging.kafka.offset': 7,
      'onsale.command.id': 'c1',
      'onsale.command.type': 'HoldSeats',
    })
    expect(sent).toEqual([{ ...headers, traceparent: traceparent('01', send?.spanContext().spanId) }])
    expect(headers).not.toHaveProperty('traceparent')
    expect((await app.inject('/metrics')).body).toMatch(
      new RegExp(
        `http_route="/api/things/:id".* # \\{trace_id="${caller.traceId}",span_id="${request?.spanContext().spanId}"\\}`,
      ),
    )
  })

  test('a batch is a trace of its own, linked to the sender of each message', async () => {
    const senders = [traceparent(), null, traceparent('01', 'c7ad6b7169203331'), traceparent()]
    const log = tracedOwnerLog({ append: async () => ({ baseOffset: 1 }) } as unknown as OwnerLog, 'events', 1)
    await processingBatch(
      { topic: 'commands', partition: 1 },
      () => senders,
      async () => {
        await log.append([{ key: null, value: Buffer.alloc(0), headers: {} }])
      },
    )
    const batch = named('process commands')
    expect(batch?.parentSpanContext).toBeUndefined()
    expect(batch?.spanContext().traceId).not.toBe(caller.traceId)
    expect(batch?.links.map(({ context: { spanId } }) => spanId)).toEqual([caller.spanId, 'c7ad6b7169203331'])
    expect(batch?.attributes['messaging.batch.message_count']).toBe(2)
    expect(named('send events')?.parentSpanContext?.spanId).toBe(batch?.spanContext().spanId)
  })

  test('a batch whose senders are not sampled, or unknown, is no span', async () => {
    await processingBatch(
      { topic: 'commands', partition: 1 },
      () => [traceparent('00'), null, 'nonsense'],
      async () => {},
    )
    expect(spans()).toEqual([])
  })

  test('an error is told by its type alone, and goes on', async () => {
    await expect(inSpan('x', {}, () => Promise.reject(new TypeError('customer-1')))).rejects.toThrow('customer-1')
    const [span] = spans()
    expect(span?.status).toEqual({ code: 2 })
    expect(span?.attributes).toEqual({ 'error.type': 'TypeError' })
  })

  test('log lines bear the ids of the span in which they are written', async () => {
    const lines: string[] = []
    const destination = { write: (line: string) => void lines.push(line) }
    const logger = createLogger({ service: 'decider', instance: 'd', level: 'info', destination })
    await inSpan('x', {}, async () => logger.info('within'))
    logger.info('without')
    const { traceId, spanId } = spans()[0]!.spanContext()
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ message: 'within', 'trace.id': traceId, 'span.id': spanId }),
      expect.not.objectContaining({ 'trace.id': expect.anything() }),
    ])
  })
})

test('of what is begun here the stated share is kept; of a batch all of it that a kept sender is linked to', async () => {
  trace(0)
  await inSpan('begun here', {}, async () => {})
  await processingBatch(
    { topic: 'commands', partition: 1 },
    () => [traceparent()],
    async () => {},
  )
  expect(spans().map(({ name }) => name)).toEqual(['process commands'])
})

test('without tracing nothing is wrapped, asked or hooked', async () => {
  expect(isTracing()).toBe(false)
  const producer = { append: async () => ({ offset: 1 }) }
  expect(tracedProducer(producer, 'commands')).toBe(producer)
  const log = {} as OwnerLog
  expect(tracedOwnerLog(log, 'events', 1)).toBe(log)
  let asked = 0
  const result = await processingBatch(
    { topic: 'commands', partition: 1 },
    () => {
      asked += 1
      return []
    },
    () => inSpan('x', {}, async (span) => span),
  )
  expect([asked, result, activeTrace()]).toEqual([0, null, {}])
})
