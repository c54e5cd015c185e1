import { expect, test } from '@jest/globals'
import { metricFaults } from '@onsale/platform/conventions'
import { measurePools } from '@onsale/platform/sql'
import { createMetrics } from '@onsale/platform/telemetry'
import { createProjectionMetrics } from './metrics.js'
import { createBuildMetrics } from './versions/build-metrics.js'

const id = { projection: 'shows', version: 1, topic: 'test.reservation.events', partition: 1 }

test('metrics keep to the conventions, and the document has them all', () => {
  const registry = createMetrics()
  createProjectionMetrics(registry, { now: () => 0 })
  createBuildMetrics(registry)
  measurePools(registry, {})
  expect(metricFaults('projectors', registry)).toEqual([])
})

test('the lag in seconds grows while records wait, whether or not anything is applied, and is 0 when none does', async () => {
  let now = 10_000
  const registry = createMetrics()
  const metrics = createProjectionMetrics(registry, { now: () => now })
  const lag = () => registry.getSingleMetricAsString('onsale_projection_lag_seconds')
  metrics.started(id)
  metrics.position(id, 5, 9)
  expect(await lag()).not.toContain('partition')
  metrics.applied(id, { events: 1, rows: 1, appendedAt: 9_000 })
  metrics.position(id, 6, 9)
  expect(await lag()).toContain('{projection="shows",version="1",partition="1"} 1')
  now = 14_500
  expect(await lag()).toContain('{projection="shows",version="1",partition="1"} 5.5')
  metrics.position(id, 9, 9)
  expect(await lag()).toContain('{projection="shows",version="1",partition="1"} 0')
})
