import type { CheckpointId } from './checkpoint.js'
import type { Stop } from './fold.js'

/** What the runtime tells whoever measures it. */
export interface ProjectionObserver {
  /** The checkpoint is known. */
  started(id: CheckpointId): void
  /** Rows and checkpoint of these events are committed. `appendedAt`: when the broker took the last of them, UTC ms. */
  applied(id: CheckpointId, done: { events: number; rows: number; appendedAt: number | null }): void
  /** Where the projection stands against the log's end (exclusive). */
  position(id: CheckpointId, nextOffset: number, endOffset: number): void
  /** Somebody else moved the checkpoint; what had been prepared was thrown away. */
  overtaken(id: CheckpointId): void
  /** The store had lost what was applied; the log is read again. */
  forgotten?(id: CheckpointId): void
  /** A transaction is run again after a deadlock or lock wait. */
  retried(id: CheckpointId): void
  /** What is parked now, whoever parked it. `missing`: events that gaps leave out; `dropped`: by operators, ever. */
  parked(id: CheckpointId, now: { streams: number; events: number; missing: number; dropped: number }): void
  stopped(id: CheckpointId, stop: Stop): void
  /** Records of a stale claim were passed over. */
  ignored(topic: string, partition: number, count: number): void
}
