import { expect, test } from '@jest/globals'
import { metricFaults } from '@onsale/platform/conventions'
import { createMetrics } from '@onsale/platform/telemetry'
import { createOwnerMetrics } from './metrics.js'

test('metrics keep to the conventions, and the document has them all', () => {
  const registry = createMetrics()
  createOwnerMetrics(registry)
  expect(metricFaults('decider', registry)).toEqual([])
})
