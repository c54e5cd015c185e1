import { Counter, Gauge, type Registry } from 'prom-client'
import type { CheckpointId, ProjectionObserver } from '../runtime/index.js'

const labelNames = ['projection', 'version', 'partition'] as const
const labels = ({ projection, version, partition }: CheckpointId) => ({
  projection,
  version: String(version),
  partition: String(partition),
})

/** What Prometheus sees of versions that are being built: they are behind by nature, so they have metrics of their own. */
export function createBuildMetrics(registry: Registry): ProjectionObserver {
  const registers = [registry]
  const events = new Counter({
    name: 'onsale_rebuild_events_total',
    help: 'Events applied to versions that are being built',
    labelNames,
    registers,
  })
  const rows = new Counter({
    name: 'onsale_rebuild_rows_total',
    help: 'Rows written to versions that are being built',
    labelNames,
    registers,
  })
  const lag = new Gauge({
    name: 'onsale_rebuild_lag_records',
    help: 'Records of the journal that a version that is being built has still to apply',
    labelNames,
    registers,
  })
  return {
    started() {},
    applied(id, done) {
      events.inc(labels(id), done.events)
      rows.inc(labels(id), done.rows)
    },
    position: (id, nextOffset, endOffset) => lag.set(labels(id), Math.max(0, endOffset - nextOffset)),
    overtaken() {},
    retried() {},
    parked() {},
    stopped() {},
    ignored() {},
  }
}

/** Tells one or the other, as of each moment. */
export function eitherObserver(which: () => ProjectionObserver): ProjectionObserver {
  return {
    started: (id) => which().started(id),
    applied: (id, done) => which().applied(id, done),
    position: (id, nextOffset, endOffset) => which().position(id, nextOffset, endOffset),
    overtaken: (id) => which().overtaken(id),
    retried: (id) => which().retried(id),
    parked: (id, now) => which().parked(id, now),
    stopped: (id, stop) => which().stopped(id, stop),
    ignored: (topic, partition, count) => which().ignored(topic, partition, count),
  }
}
