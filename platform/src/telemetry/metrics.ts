import { collectDefaultMetrics, Registry } from 'prom-client'

/** Gauges of prom-client's own set that bear a counter's suffix. What they count is also there by type, under good names. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

/**
 * A registry of its own (never the global one) with the process's metrics. It answers in the OpenMetrics format, which has
 * room for exemplars. Which service and instance it is whoever scrapes knows: no series repeats it.
 */
export function createMetrics(): Registry {
  const registry = new Registry()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as string as typeof registry.contentType)
  collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(name)
  return registry
}
