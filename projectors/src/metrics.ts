import type { Clock } from '@onsale/platform/ports'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { CheckpointId, ProjectionObserver } from './runtime/index.js'

const labels = ({ projection, version, partition }: CheckpointId) => ({
  projection,
  version: String(version),
  partition: String(partition),
})
const placeOf = ({ projection, version, partition }: CheckpointId) => `${projection}/${version}/${partition}`
const labelNames = ['projection', 'version', 'partition'] as const

/** What Prometheus sees of the projections that are fed for readers, and of those kept for a rollback. */
export function createProjectionMetrics(registry: Registry, clock: Clock): ProjectionObserver {
  const registers = [registry]
  const counter = (name: string, help: string) => new Counter({ name, help, labelNames, registers })
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames, registers })

  const events = counter('onsale_projection_events_total', 'Events applied')
  const rows = counter('onsale_projection_rows_total', 'Rows written')
  const batches = counter('onsale_projection_batches_total', 'Transactions committed')
  const overtaken = counter(
    'onsale_projection_overtaken_total',
    'Batches thrown away: another process had moved the checkpoint',
  )
  const retries = counter('onsale_projection_retries_total', 'Transactions run again after a deadlock or lock wait')
  const missing = gauge(
    'onsale_projection_missing_events',
    'Events that a gap in a stream or in the commands leaves out: 0 says that every stream is whole up to its last event applied',
  )
  const parkedStreams = gauge('onsale_projection_parked_streams', 'Streams that the projection does not go on with')
  const parkedEvents = gauge('onsale_projection_parked_events', 'Events of parked streams that are not applied')
  const droppedEvents = gauge('onsale_projection_dropped_events', 'Events that operators decided to do without, ever')
  const lag = gauge('onsale_projection_lag_records', 'Records of the journal that are not applied yet')
  const standing = new Map<string, { id: CheckpointId; behind: number; appendedAt: number | null }>()
  const standingOf = (id: CheckpointId) => {
    const known = standing.get(placeOf(id)) ?? { id, behind: 0, appendedAt: null }
    standing.set(placeOf(id), known)
    return known
  }
  new Gauge({
    name: 'onsale_projection_lag_seconds',
    help: 'Age of the record applied last while there are later ones, 0 where there are none; absent until one was applied',
    labelNames,
    registers,
    collect() {
      for (const { id, behind, appendedAt } of standing.values())
        if (behind === 0) this.set(labels(id), 0)
        else if (appendedAt !== null) this.set(labels(id), Math.max(0, clock.now() - appendedAt) / 1_000)
    },
  })
  const stopped = gauge('onsale_projection_stopped', '1 where the projection has stopped on this partition')
  const missingAtStop = new Map<string, number>()
  const age = new Histogram({
    name: 'onsale_projection_event_age_seconds',
    help: "From the broker's taking of a batch's last event to the commit of its rows",
    labelNames: ['projection'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
    registers,
  })
  const ignored = new Counter({
    name: 'onsale_stale_records_ignored_total',
    help: 'Records of a stale claim, passed over under the reader rule',
    labelNames: ['partition'] as const,
    registers,
  })

  return {
    applied(id, done) {
      events.inc(labels(id), done.events)
      rows.inc(labels(id), done.rows)
      batches.inc(labels(id))
      if (done.appendedAt === null) return
      standingOf(id).appendedAt = done.appendedAt
      age.observe({ projection: id.projection }, Math.max(0, clock.now() - done.appendedAt) / 1_000)
    },
    started(id) {
      // The series exist from the start, so that an alarm needs no "absent".
      stopped.set(labels(id), 0)
      missing.set(labels(id), 0)
    },
    parked(id, now) {
      parkedStreams.set(labels(id), now.streams)
      parkedEvents.set(labels(id), now.events)
      droppedEvents.set(labels(id), now.dropped)
      missing.set(labels(id), now.missing + (missingAtStop.get(placeOf(id)) ?? 0))
    },
    position(id, nextOffset, endOffset) {
      const behind = Math.max(0, endOffset - nextOffset)
      standingOf(id).behind = behind
      lag.set(labels(id), behind)
    },
    overtaken: (id) => overtaken.inc(labels(id)),
    retried: (id) => retries.inc(labels(id)),
    stopped(id, stop) {
      stopped.set(labels(id), 1)
      missingAtStop.set(placeOf(id), stop.missing)
      missing.inc(labels(id), stop.missing)
    },
    ignored: (_, partition, count) => ignored.inc({ partition: String(partition) }, count),
  }
}
