import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { LiveOutcome } from './live-seats/live-seat-maps.js'
import type { CheckpointPlace } from './replica/checkpoint-places.js'

export type QueryMetrics = ReturnType<typeof createQueryMetrics>

/** @param waiting requests that wait for a position now */
export function createQueryMetrics(registry: Registry, waiting: () => number) {
  const registers = [registry]
  const ofCheckpoint = ['projection', 'version', 'partition'] as const
  const waits = new Histogram({
    name: 'onsale_position_wait_duration_seconds',
    help: 'Waits for a position that could not be read at once, by whether it came in time',
    labelNames: ['shown'] as const,
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  new Gauge({
    name: 'onsale_position_waiters',
    help: 'Requests that wait for a position now',
    registers,
    collect() {
      this.set(waiting())
    },
  })
  const nextOffset = new Gauge({
    name: 'onsale_replica_checkpoint_next_offset',
    help: "Offset of the journal that the projection applies next, as the replica has it: the journal's end less this is what readers lack",
    labelNames: ofCheckpoint,
    registers,
  })
  const updated = new Gauge({
    name: 'onsale_replica_checkpoint_updated_timestamp_seconds',
    help: 'When the projection moved that checkpoint last, in Unix time',
    labelNames: ofCheckpoint,
    registers,
  })
  const readable = new Gauge({
    name: 'onsale_replica_readable',
    help: '1 while the replica answers, has the read models and follows its primary',
    registers,
  })
  const behind = new Gauge({
    name: 'onsale_replica_lag_seconds',
    help: 'How far the replica says that it is behind its primary; 0 where it may not be asked',
    registers,
  })
  const seatMaps = new Counter({
    name: 'onsale_seat_map_reads_total',
    help: 'Reads of a seat map, by whether they were answered from Redis (live), and else why they went to the tables',
    labelNames: ['outcome'] as const,
    registers,
  })
  const rooms = new Counter({
    name: 'onsale_room_reads_total',
    help: 'Reads of a waiting room, by whether they were answered (live), and else why not',
    labelNames: ['outcome'] as const,
    registers,
  })
  return {
    room: (outcome: LiveOutcome) => rooms.inc({ outcome }),
    seatMap: (outcome: LiveOutcome) => seatMaps.inc({ outcome }),
    waited(waitedMs: number, shown: boolean) {
      waits.observe({ shown: String(shown) }, waitedMs / 1_000)
    },
    /** All that are served from now; a version that no longer is has no series. @param journals what stands before their partitions' numbers */
    checkpoints(places: readonly CheckpointPlace[], journals: ReadonlyMap<string, string>) {
      nextOffset.reset()
      updated.reset()
      for (const { projection, version, partition, nextOffset: offset, updatedAt, topic } of places) {
        const labels = { projection, version, partition: `${journals.get(topic) ?? ''}${partition}` }
        nextOffset.set(labels, offset)
        updated.set(labels, updatedAt / 1_000)
      }
    },
    replica(isReadable: boolean, behindSeconds: number | null) {
      readable.set(isReadable ? 1 : 0)
      if (behindSeconds !== null) behind.set(behindSeconds)
    },
  }
}
