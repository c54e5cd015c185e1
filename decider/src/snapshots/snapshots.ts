import { foldVersion, type Partition, type PartitionOptions, PartitionRestore } from '@onsale/domain'
import type { SnapshotTopic, WholeSnapshot } from '@onsale/platform/log'
import type { Clock, Ids, Timers } from '@onsale/platform/ports'
import type { Logger } from 'pino'
import type { OwnerMetrics } from '../metrics.js'
import type { Plans } from '../ports.js'
import { PieceReading, toPieces } from './snapshot-bytes.js'

export interface SnapshotsOptions {
  instance: string
  topic: Pick<SnapshotTopic, 'newest' | 'before' | 'read' | 'write'>
  /** One past the last journal record of the partition. */
  journalEnd(partition: number): Promise<number>
  plans: Plans
  clock: Clock
  timers: Timers
  ids: Ids
  metrics: OwnerMetrics
  logger: Logger
  /** A standby stores a snapshot when so many journal records lie behind the last. */
  everyRecords: number
}

/** The owner, who would rather decide, waits twice as long: it stores one only where no standby does. */
export type Role = 'standby' | 'owner'
const patienceOf: Record<Role, number> = { standby: 1, owner: 2 }

/** A snapshot is a short cut and nothing more: so long it may take to be read, then the journal is folded instead. */
const patienceMs = 30_000
const restMs = 50
/** The newest, and the one before it. */
const tries = 2

/** The snapshots of every partition: whatever is wrong with one, it is passed over, with a line in the log and a metric. */
export class Snapshots {
  /** Journal offset of the newest snapshot that this process has seen or tried to store, by partition. */
  private readonly seen = new Map<number, number>()

  constructor(private readonly options: SnapshotsOptions) {}

  /** Whether it is time to store one, as far as this process knows. */
  due(partition: number, journalOffset: number, role: Role): boolean {
    return journalOffset - (this.seen.get(partition) ?? -1) >= this.options.everyRecords * patienceOf[role]
  }

  /** Whether it is time to store one: asks the topic, where others may have stored one. */
  async wanted(partition: number, journalOffset: number, role: Role): Promise<boolean> {
    if (!this.due(partition, journalOffset, role)) return false
    const newest = await this.options.topic.newest(partition)
    if (newest?.foldVersion === foldVersion) this.seen.set(partition, newest.journalOffset)
    return this.due(partition, journalOffset, role)
  }

  /** The partition as the newest usable snapshot has it; null where there is none. Never throws. */
  async restore(options: PartitionOptions, signal: AbortSignal): Promise<Partition | null> {
    const { timers, logger, metrics } = this.options
    const { partition } = options
    const over = new AbortController()
    const both = AbortSignal.any([signal, over.signal])
    const late = timers.sleep(patienceMs, both).then((passed) => {
      if (passed) throw new Error(`not read within ${patienceMs} ms`)
      return null
    })
    try {
      return await Promise.race([this.firstUsable(options, both), late])
    } catch (error) {
      metrics.snapshotsIgnored.inc({ partition, reason: 'unreachable' })
      logger.warn({ err: error, partition }, 'no snapshot can be read: the journal is folded from its start')
      return null
    } finally {
      over.abort()
      void late.catch(() => {})
    }
  }

  /**
   * Stores the state as it is at this call, however it changes meanwhile: what can change is copied at once (20 ms of a million keys
   * and 25,000 reservations), the rest is made and sent a piece at a time.
   * @throws where it could not be stored; nothing but the short cut is lost then
   */
  async store(state: Partition): Promise<WholeSnapshot> {
    const { topic, ids, clock, instance, metrics, logger } = this.options
    const { partition, journalOffset, claimId } = state
    const pieces = this.unhurried(toPieces(state.snapshot()))
    const before = clock.now()
    // One that fails is not tried again before as many records more.
    this.seen.set(partition, journalOffset)
    const head = { snapshotId: ids.uuid(), foldVersion, journalOffset, claimId, takenAt: before, takenBy: instance }
    const stored = await topic.write(partition, head, pieces)
    metrics.snapshotsStored.inc({ partition })
    const { foldHash, chunks } = stored
    logger.info({ partition, journalOffset, foldHash, chunks, ms: clock.now() - before }, 'snapshot stored')
    return stored
  }

  /** With a rest between two pieces: whoever waits for an answer of this process is not to wait for them. */
  private async *unhurried<Result>(pieces: AsyncGenerator<Buffer, Result>): AsyncGenerator<Buffer, Result> {
    for (;;) {
      const { value, done } = await pieces.next()
      if (done) return value
      yield value
      await this.options.timers.sleep(restMs)
    }
  }

  private async firstUsable(options: PartitionOptions, signal: AbortSignal): Promise<Partition | null> {
    const { topic, metrics, logger } = this.options
    const { partition } = options
    let snapshot = await topic.newest(partition)
    for (let tried = 0; snapshot && tried < tries && !signal.aborted; tried += 1) {
      const { snapshotId, takenBy, journalOffset } = snapshot
      const unusable = await this.cannotUse(snapshot)
      try {
        if (!unusable) {
          const state = await this.restoreFrom(snapshot, options, signal)
          this.seen.set(partition, journalOffset)
          return state
        }
      } catch (error) {
        if (signal.aborted) throw error
        logger.error(
          { err: error, partition, snapshotId, takenBy, journalOffset },
          'a snapshot that is broken is ignored',
        )
        metrics.snapshotsIgnored.inc({ partition, reason: 'broken' })
      }
      if (unusable) {
        logger.warn({ partition, snapshotId, takenBy, journalOffset }, `a snapshot is ignored: ${unusable}`)
        metrics.snapshotsIgnored.inc({ partition, reason: unusable })
      }
      snapshot = await topic.before(snapshot)
    }
    return null
  }

  private async cannotUse(snapshot: WholeSnapshot): Promise<'other-fold' | 'beyond-journal' | null> {
    if (snapshot.foldVersion !== foldVersion) return 'other-fold'
    const end = await this.options.journalEnd(snapshot.partition)
    return snapshot.journalOffset >= end ? 'beyond-journal' : null
  }

  private async restoreFrom(
    snapshot: WholeSnapshot,
    options: PartitionOptions,
    signal: AbortSignal,
  ): Promise<Partition> {
    const { topic, plans, clock, metrics, logger } = this.options
    const before = clock.now()
    const restore = new PartitionRestore(options)
    const reading = new PieceReading()
    await topic.read(
      snapshot,
      async (piece) => {
        for (const part of reading.partsOf(piece)) {
          if (restore.missingPlan(part)) await plans.catchUp()
          restore.take(part)
        }
      },
      signal,
    )
    if (reading.foldHash !== snapshot.foldHash)
      throw new Error(`its hash is ${reading.foldHash}, not ${snapshot.foldHash}`)
    const state = restore.finish()
    if (state.journalOffset !== snapshot.journalOffset || state.claimId !== snapshot.claimId)
      throw new Error('its head speaks of another place in the journal')
    const { partition } = options
    metrics.snapshotsRestored.inc({ partition })
    logger.info({ partition, journalOffset: state.journalOffset, ms: clock.now() - before }, 'snapshot restored')
    return state
  }
}
