import { collectDefaultMetrics, Registry } from 'prom-client'

/** A registry of its own (never the global one) with the process's metrics; every series carries service and instance. */
export function createMetrics({ service, instance }: { service: string; instance: string }): Registry {
  const registry = new Registry()
  registry.setDefaultLabels({ service, instance })
  collectDefaultMetrics({ register: registry })
  return registry
}
