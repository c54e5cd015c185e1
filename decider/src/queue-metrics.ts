import type { OwnerMetrics } from './metrics.js'

type Labels = { partition: number | string }
type Measuring = Record<
  'inc' | 'set' | 'observe' | 'startTimer' | 'remove',
  (labels: Labels, ...more: unknown[]) => unknown
>

/** The same series for the partitions of the queue topics: `partition="queue-0"`. */
export function queueMetrics(metrics: OwnerMetrics): OwnerMetrics {
  const renamed = Object.entries(metrics).map(([name, metric]) => {
    const measuring = metric as unknown as Measuring
    const call =
      (method: keyof Measuring) =>
      ({ partition, ...labels }: Labels, ...more: unknown[]) =>
        measuring[method]({ ...labels, partition: `queue-${partition}` }, ...more)
    const methods = (['inc', 'set', 'observe', 'startTimer', 'remove'] as const).filter((method) => method in metric)
    return [name, Object.fromEntries(methods.map((method) => [method, call(method)]))]
  })
  return Object.fromEntries(renamed) as OwnerMetrics
}
