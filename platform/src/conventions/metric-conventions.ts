import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Registry } from 'prom-client'

/** A metric as docs/operations/metrics.md has it, one row of its tables. */
export interface DocumentedMetric {
  service: string
  name: string
  type: string
  labels: string[]
}

const documentFile = resolve(import.meta.dirname, '../../../docs/operations/metrics.md')
const row = /^\| `([a-z0-9_]+)`(?: \{([a-z_, ]+)\})? \| (counter|gauge|histogram) \|/

/** The rows beneath each `## service` heading. */
export function documentedMetrics(): DocumentedMetric[] {
  const found: DocumentedMetric[] = []
  let service = ''
  for (const line of readFileSync(documentFile, 'utf8').split('\n')) {
    service = /^## `([a-z-]+)`/.exec(line)?.[1] ?? service
    const [, name = '', labels, type = ''] = row.exec(line) ?? []
    if (name) found.push({ service, name, type, labels: labels?.split(', ') ?? [] })
  }
  return found
}

/** The labels that a series may have. Each has few values, known when the code is written or by the number of partitions; none is an id. */
const boundedLabels = new Set([
  'partition',
  'projection',
  'version',
  'type',
  'outcome',
  'reason',
  'shown',
  'pool_name',
  'state',
  'http_request_method',
  'http_route',
  'http_response_status_code',
])
const prefixes = /^(onsale|http_server|db_client)_/
const otherUnits = /_(ms|milliseconds|micros|microseconds|minutes|hours|kb|kilobytes|mb|megabytes|percent)(_|$)/
/** prom-client's own, about the process and its runtime. */
const isDefault = (name: string) => /^(process|nodejs)_/.test(name)

export interface RegisteredMetric {
  name: string
  type: string
  help: string
  labelNames: readonly string[]
}

/** What is wrong with a metric by the conventions of Prometheus and of ours; empty where nothing is. */
export function faultsOf({ name, type, help, labelNames }: RegisteredMetric): string[] {
  const faults: string[] = []
  const fault = (condition: boolean, text: string) => condition && faults.push(`${name}: ${text}`)
  fault(!prefixes.test(name), 'begins with neither onsale_ nor the name of an OpenTelemetry convention')
  fault(!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name), 'is not in snake case')
  fault(
    (type === 'counter') !== name.endsWith('_total'),
    '_total is the suffix of every counter, and of counters alone',
  )
  fault(/_(count|sum|bucket|info)$/.test(name), 'ends like a part of a histogram')
  fault(otherUnits.test(name), 'is not in base units (seconds, bytes, ratio)')
  fault(/(^|_)(duration|age|delay)(_|$)/.test(name) && !/_seconds(_total)?$/.test(name), 'is a time without _seconds')
  fault(help.length < 10, 'does not say what it is')
  for (const label of labelNames) fault(!boundedLabels.has(label), `the label ${label} is none of the bounded ones`)
  return faults
}

/** Every metric of a service's registry against the conventions and against the document. */
export function metricFaults(service: string, registry: Registry): string[] {
  const registered = (registry.getMetricsAsArray() as unknown as RegisteredMetric[]).filter(
    ({ name }) => !isDefault(name),
  )
  const wanted = documentedMetrics().filter((it) => it.service === service)
  const signature = ({ name, type, labels }: Omit<DocumentedMetric, 'service'>) =>
    `${name} {${[...labels].sort().join(', ')}} ${type}`
  const there = new Set(
    registered.map(({ name, type, labelNames }) => signature({ name, type, labels: [...labelNames] })),
  )
  const documented = new Set(wanted.map(signature))
  return [
    ...registered.flatMap(faultsOf),
    ...[...there].filter((it) => !documented.has(it)).map((it) => `${it} is not in the document as it is`),
    ...[...documented].filter((it) => !there.has(it)).map((it) => `${it} is in the document only`),
  ]
}
