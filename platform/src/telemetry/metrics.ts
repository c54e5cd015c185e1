import { collectDefaultMetrics, Registry } from 'prom-client'

/** Gauges of prom-client's own set that bear a counter's suffix. What they count is also there by type, under good names. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total']

/** Empty, in the OpenMetrics format, which has room for exemplars. Never the global one. */
export function createRegistry(): Registry {
  const registry = new Registry()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as string as typeof registry.contentType)
  return registry
}

/** A service's registry, with the process's metrics. Which service and instance it is whoever scrapes knows: no series repeats it. */
export function createMetrics(): Registry {
  const registry = createRegistry()
  collectDefaultMetrics({ register: registry })
  for (const name of misnamed) registry.removeSingleMetric(name)
  return registry
}
