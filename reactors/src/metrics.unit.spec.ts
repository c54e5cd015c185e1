import { expect, test } from '@jest/globals'
import { metricFaults } from '@onsale/platform/conventions'
import { createMetrics } from '@onsale/platform/telemetry'
import { createReactorMetrics } from './metrics.js'

test('metrics keep to the conventions, and the document has them all', () => {
  const registry = createMetrics()
  createReactorMetrics(registry, { followed: () => [], controlled: () => 0 })
  expect(metricFaults('reactors', registry)).toEqual([])
})
