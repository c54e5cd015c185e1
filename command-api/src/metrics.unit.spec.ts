import { expect, test } from '@jest/globals'
import { metricFaults } from '@onsale/platform/conventions'
import { prepareEdge } from '@onsale/platform/http'
import { createMetrics } from '@onsale/platform/telemetry'
import { fastify } from 'fastify'
import { IngressMetrics } from './ingress/ingress-metrics.js'

const createRegistry = () => {
  const registry = createMetrics()
  const app = fastify()
  prepareEdge(app, { live: () => [], ready: () => [], registry })
  new IngressMetrics(registry, () => 0)
  return { registry, app }
}

test('metrics keep to the conventions, and the document has them all', () => {
  expect(metricFaults('command-api', createRegistry().registry)).toEqual([])
})

test('requests are told apart by route template; what no route answers is one route, and so is a method that none has', async () => {
  const { app } = createRegistry()
  app.get('/api/shows/:id', async () => ({}))
  for (const url of ['/api/shows/1', '/api/shows/2', '/nowhere/1', '/nowhere/2']) await app.inject({ url })
  await app.inject({ method: 'PROPFIND' as 'GET', url: '/nowhere/3' })
  const text = (await app.inject('/metrics')).body
  const counts = text.split('\n').filter((line) => line.startsWith('http_server_request_duration_seconds_count'))
  const count = (method: string, route: string, status: number) =>
    `http_server_request_duration_seconds_count{http_request_method="${method}",http_route="${route}",http_response_status_code="${status}"}`
  expect(counts.sort()).toEqual(
    [
      `${count('GET', '/api/shows/:id', 200)} 2`,
      `${count('GET', 'unmatched', 404)} 2`,
      `${count('_OTHER', 'unmatched', 404)} 1`,
    ].sort(),
  )
})
