import { Partition, type PartitionOptions, type StreamsKind } from '@onsale/domain'
import { type Codec, RegistryUnavailableError } from '@onsale/platform/codec'
import { type CountedRecord, header, headerText, ownerClaimedName } from '@onsale/platform/log'
import type { Timers } from '@onsale/platform/ports'
import type { Logger } from 'pino'
import { HaltError } from '../halt-error.js'
import type { OwnerMetrics } from '../metrics.js'
import type { OwnerPorts, Plans } from '../ports.js'
import { toFoldable } from '../records.js'
import type { Snapshots } from '../snapshots/snapshots.js'

export interface JournalFoldOptions {
  partition: number
  ports: Pick<OwnerPorts, 'readJournal'>
  codec: Codec
  streams: StreamsKind
  plans: Plans
  snapshots: Snapshots
  timers: Timers
  metrics: OwnerMetrics
  logger: Logger
}

interface Target {
  offset: number
  resolve(found: Found): void
  reject(error: unknown): void
}

interface Found {
  state: Partition
  /** Broker's time of the claim, UTC ms. */
  claimedAt: number
}

/** After so many records the event loop has its turn: heartbeats must not wait for a long fold. */
const recordsEachTurn = 256
/** No more than this behind the log's end, a fold is warm: what is left to do costs a take-over nothing. */
const warmWithin = 1_000

/**
 * The fold of one partition's journal: begins at the newest snapshot and follows. A standby's; then its owner's, who takes the
 * state once it has been folded through the owner's own claim. A standby that dies leaves nothing but, perhaps, pieces of a snapshot.
 */
export class JournalFold {
  private progressed = 0
  private end = Number.POSITIVE_INFINITY
  private readTo = 0
  private lastClaim = { offset: -1, appendedAt: 0 }
  private failure: HaltError | null = null
  private target: Target | null = null
  private storing = false
  private readonly over = new AbortController()
  private running: Promise<void> = Promise.resolve()

  /** @param state where the fold goes on; null: at the newest snapshot */
  constructor(
    private readonly options: JournalFoldOptions,
    private state: Partition | null = null,
  ) {}

  start(): void {
    this.running = this.follow()
  }

  async stop(): Promise<void> {
    this.finish()
    await this.running
  }

  /** Of a fold that has ended nothing is said: its last figure would be taken for that of a standby. */
  private finish(): void {
    if (this.over.signal.aborted) return
    this.over.abort()
    this.options.metrics.standbyBehind.remove({ partition: this.options.partition })
  }

  /** Grows whenever something has been read. */
  get progress(): number {
    return this.progressed
  }

  get isWarm(): boolean {
    return this.end - this.readTo <= warmWithin && !this.failure
  }

  /** Offset of the last record folded; -1 where there is none yet. */
  get journalOffset(): number {
    return this.state?.journalOffset ?? -1
  }

  /**
   * The state folded through the claim at `offset`, and nothing after it: it is the caller's from then on, and this fold has ended.
   * @throws HaltError where the journal can't be folded; Error where another claim came after, or the signal aborts: then it follows on
   */
  through(offset: number, signal: AbortSignal): Promise<Found> {
    if (this.failure) return Promise.reject(this.failure)
    return new Promise((resolve, reject) => {
      const target = { offset, resolve, reject }
      this.target = target
      const abort = () => {
        if (this.target === target) this.target = null
        reject(new Error('stopped'))
      }
      if (signal.aborted) return abort()
      signal.addEventListener('abort', abort, { once: true })
      this.look()
    })
  }

  /** Whether the owner has what it waits for. */
  private look(): boolean {
    const { target, state } = this
    if (this.over.signal.aborted) return true
    if (!target || !state || state.journalOffset < target.offset) return false
    this.target = null
    if (this.lastClaim.offset !== target.offset || state.journalOffset !== target.offset) {
      target.reject(new Error(`another owner claimed partition ${this.options.partition} after us`))
      return false
    }
    this.finish()
    target.resolve({ state, claimedAt: this.lastClaim.appendedAt })
    return true
  }

  private async follow(): Promise<void> {
    const { timers, logger, partition, ports, metrics } = this.options
    const { signal } = this.over
    for (let pauseMs = 10; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      try {
        const state = await this.begin()
        if (this.look()) break
        const from = { offset: state.journalOffset + 1, claimId: state.claimId }
        await ports.readJournal(
          from,
          async (records, place) => {
            pauseMs = 10
            return this.take(state, records, place)
          },
          signal,
        )
      } catch (error) {
        if (signal.aborted) break
        if (error instanceof HaltError) {
          this.failure = error
          metrics.standbyBehind.remove({ partition })
          logger.error({ err: error, partition }, 'the journal cannot be folded')
          this.target?.reject(error)
          break
        }
        logger.warn({ err: error, partition }, 'reading the journal again from where its fold stands')
        await timers.sleep(pauseMs, signal)
      }
    }
    this.target?.reject(new Error('stopped'))
  }

  private async begin(): Promise<Partition> {
    if (this.state) return this.state
    const { partition, streams, snapshots } = this.options
    const options: PartitionOptions = { partition, streams }
    const restored = await snapshots.restore(options, this.over.signal)
    this.state = restored ?? new Partition(options)
    return this.state
  }

  /** @returns true where nothing more is to be read */
  private async take(
    state: Partition,
    records: CountedRecord[],
    { nextOffset, endOffset }: { nextOffset: number; endOffset: number },
  ): Promise<boolean> {
    const { metrics, partition, timers } = this.options
    this.progressed += 1
    this.end = endOffset
    let folded = 0
    for (const record of records) {
      if (this.over.signal.aborted) return true
      await this.fold(state, record)
      if (this.look()) return true
      this.readTo = record.offset + 1
      folded += 1
      if (folded % recordsEachTurn === 0) await timers.sleep(0, this.over.signal)
    }
    this.readTo = nextOffset
    if (!this.target && !this.over.signal.aborted) {
      metrics.standbyBehind.set({ partition }, Math.max(0, endOffset - nextOffset))
      this.storeIfDue(state)
    }
    return this.over.signal.aborted
  }

  private async fold(state: Partition, record: CountedRecord): Promise<void> {
    const halt = (error: unknown): never => {
      if (error instanceof RegistryUnavailableError) throw error
      const { partition, offset } = record
      throw new HaltError(`partition ${partition} cannot be folded at ${offset}: ${(error as Error).message}`, {
        cause: error,
      })
    }
    const foldable = await toFoldable(this.options.codec, record).catch(halt)
    // Plans that cannot be read right now say nothing about the journal.
    if (state.missingPlan(foldable)) await this.options.plans.catchUp()
    // While we waited the owner may have taken the state.
    if (this.over.signal.aborted) return
    try {
      state.fold(foldable)
    } catch (error) {
      halt(error)
    }
    if (headerText(record, header.type) === ownerClaimedName)
      this.lastClaim = { offset: record.offset, appendedAt: record.appendedAt }
  }

  /** Beside the fold: a snapshot is of one moment, and is written to its end though the state goes on, or is taken over. */
  private storeIfDue(state: Partition): void {
    const { snapshots, partition, logger } = this.options
    if (this.storing || !this.isWarm || !snapshots.due(partition, state.journalOffset, 'standby')) return
    this.storing = true
    const store = async () => {
      const wanted = await snapshots.wanted(partition, state.journalOffset, 'standby')
      // While we asked the owner may have taken the state.
      if (wanted && !this.over.signal.aborted) await snapshots.store(state)
    }
    store()
      .catch((error) => logger.warn({ err: error, partition }, 'no snapshot stored'))
      .finally(() => {
        this.storing = false
      })
  }
}
