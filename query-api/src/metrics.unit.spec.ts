import { expect, test } from '@jest/globals'
import { metricFaults } from '@onsale/platform/conventions'
import { prepareEdge } from '@onsale/platform/http'
import { measurePools } from '@onsale/platform/sql'
import { createMetrics } from '@onsale/platform/telemetry'
import { fastify } from 'fastify'
import { createQueryMetrics } from './metrics.js'

test('metrics keep to the conventions, and the document has them all', () => {
  const registry = createMetrics()
  prepareEdge(fastify(), { live: () => [], ready: () => [], registry })
  createQueryMetrics(registry, () => 0)
  measurePools(registry, {})
  expect(metricFaults('query-api', registry)).toEqual([])
})
