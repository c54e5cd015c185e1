import type { DecidedRecord, Partition } from '@onsale/domain'
import type { Codec } from '@onsale/platform/codec'
import { type RawRecord, senderOf } from '@onsale/platform/log'
import { type Clock, type Ids, jittered, type Random, type Timers } from '@onsale/platform/ports'
import { inSpan, processingBatch, spanName } from '@onsale/platform/telemetry'
import type { Logger } from 'pino'
import { aheadOf, allowedSkewMs, WrongClockError } from './clock-watch.js'
import type { Folds } from './fold/folds.js'
import type { JournalFold } from './fold/journal-fold.js'
import { decideArrived, type GroupCommit } from './group-commit.js'
import { HaltError } from './halt-error.js'
import { CommandGapError, Inbox } from './inbox.js'
import type { OwnerMetrics } from './metrics.js'
import type { OwnerPorts, Plans } from './ports.js'
import { CommandReading } from './read-command.js'
import { type Appending, toClaimRecord, toOwnedRecord } from './records.js'
import { OwnerSnapshots } from './snapshots/owner-snapshots.js'
import type { Snapshots } from './snapshots/snapshots.js'

export interface PartitionOwnerOptions {
  partition: number
  instance: string
  ports: OwnerPorts
  folds: Folds
  snapshots: Snapshots
  codec: Codec
  plans: Plans
  clock: Clock
  timers: Timers
  ids: Ids
  random: Random
  metrics: OwnerMetrics
  logger: Logger
  /** What a claim says of this process's clock. Whoever is told that it is wrong takes the partition from us. */
  onClock: { right(): void; wrong(aheadMs: number): void }
}

type Log = Awaited<ReturnType<OwnerPorts['openLog']>>

/** Why a partition is not served. stalled: its next command can't be read for now, the schema registry does not answer. */
export type OwnerPhase = 'waiting' | 'claiming' | 'catching-up' | 'serving' | 'stalled' | 'halted' | 'stopped'

/** Most commands of one group commit. */
const maxCommands = 500
const maxDue = 500
const tickPauseMs = 50
/** A log whose end does not move while our own claim is unread: a transaction hangs. */
const claimPatienceMs = 5_000

/**
 * Serves one partition: fence, claim, catch up, decide, append, commit, repeat. Whenever an append is not confirmed it throws away
 * its producer and its memory and begins again: the log says what happened.
 */
export class PartitionOwner {
  private phaseNow: OwnerPhase = 'waiting'
  private readonly stopping = new AbortController()
  private readonly keeping: OwnerSnapshots
  private running: Promise<void> = Promise.resolve()

  constructor(private readonly options: PartitionOwnerOptions) {
    this.keeping = new OwnerSnapshots(options)
  }

  get phase(): OwnerPhase {
    return this.phaseNow
  }

  start(): void {
    this.running = this.supervise()
  }

  /** Finishes the group commit under way. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  private async supervise(): Promise<void> {
    const { logger, partition, timers, random, ports } = this.options
    const signal = this.stopping.signal
    let again = false
    for (let pauseMs = 10; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      try {
        this.enter('waiting')
        // The group has just given us the partition; whoever comes back to it asks first.
        if (again) await ports.confirmed(signal)
        again = true
        await this.session(() => {
          pauseMs = 10
        })
      } catch (error) {
        if (signal.aborted) break
        if (error instanceof HaltError || error instanceof CommandGapError) {
          this.enter('halted')
          logger.fatal(
            { err: error, partition },
            'partition halted: nothing is decided here until an operator has looked',
          )
          await timers.sleep(Number.POSITIVE_INFINITY, signal)
          break
        }
        this.options.metrics.sessionsLost.inc({ partition })
        if (error instanceof WrongClockError) {
          this.enter('waiting')
          this.options.onClock.wrong(error.aheadMs)
          await timers.sleep(Number.POSITIVE_INFINITY, signal)
          break
        }
        logger.warn({ err: error, partition }, 'starting over from the log')
        await timers.sleep(jittered(pauseMs, random), signal)
      } finally {
        ports.unfeed()
      }
    }
    this.enter('stopped')
  }

  private enter(phase: OwnerPhase): void {
    this.phaseNow = phase
    const { metrics, partition } = this.options
    metrics.serving.set({ partition }, phase === 'serving' ? 1 : 0)
    metrics.halted.set({ partition }, phase === 'halted' ? 1 : 0)
  }

  private async session(served: () => void): Promise<void> {
    const { ports, ids, codec, instance, partition, logger, clock, folds } = this.options
    const appending: Appending = { codec, ids, claimId: ids.uuid(), source: `/decider/${instance}` }
    this.enter('claiming')
    // A standby's fold, or one that begins now and reads while we claim.
    const fold = folds.hold(partition)
    let taken = false
    let log: Log | null = null
    try {
      log = await ports.openLog()
      const before = clock.now()
      const { baseOffset } = await log.append([
        toClaimRecord(appending, { owner: instance, nextCommandOffset: -1, claimedAt: before }),
      ])
      const after = clock.now()
      this.options.metrics.claims.inc({ partition })
      this.enter('catching-up')
      const { state, claimedAt } = await this.catchUp(fold, baseOffset)
      taken = true
      folds.release(partition, taken)
      const aheadMs = aheadOf(claimedAt, before, after)
      if (Math.abs(aheadMs) > allowedSkewMs) throw new WrongClockError(aheadMs)
      this.options.onClock.right()
      const inbox = await this.openInbox(state)
      this.enter('serving')
      logger.info(
        { partition, claimId: appending.claimId, position: state.position, ms: clock.now() - before },
        'serving',
      )
      served()
      await this.serve(state, inbox, log, appending)
      // Stopped between two commits: what is in memory is what the journal says.
      if (state.uncommitted === 0) folds.leave(partition, state)
    } finally {
      if (!taken) folds.release(partition, taken)
      // A stopped owner's group waits for us before it gives the partition away; an idle connection is nothing to wait for.
      void log?.close()
    }
  }

  /** The state folded through our own claim, and the broker's time of the claim, UTC ms. */
  private async catchUp(fold: JournalFold, claimOffset: number): ReturnType<JournalFold['through']> {
    const { partition, logger, timers } = this.options
    const watch = new AbortController()
    const signal = AbortSignal.any([this.stopping.signal, watch.signal])
    const watching = (async () => {
      for (let seen = -1; await timers.sleep(claimPatienceMs, signal); seen = fold.progress) {
        if (seen === fold.progress)
          logger.error(
            { partition, claimOffset },
            'our own claim is unread and the log does not move: a transaction hangs',
          )
      }
    })()
    try {
      return await fold.through(claimOffset, this.stopping.signal)
    } finally {
      watch.abort()
      await watching
    }
  }

  /** Where the journal says that deciding goes on must be where the commands go on. */
  private async openInbox(state: Partition): Promise<Inbox> {
    const { ports, partition } = this.options
    const next = state.position + 1
    const { start, end } = await ports.commandEnds()
    if (start > next || end < next) {
      throw new HaltError(
        `partition ${partition}: the next command is ${next}, the commands topic has ${start} to ${end - 1}`,
      )
    }
    const inbox = new Inbox(next, ports)
    ports.feed(next, (records) => inbox.put(records))
    return inbox
  }

  private async serve(state: Partition, inbox: Inbox, log: Log, appending: Appending): Promise<void> {
    const { timers, clock, metrics, partition } = this.options
    const signal = this.stopping.signal
    const onStalled = (stalled: boolean) => this.enter(stalled ? 'stalled' : 'serving')
    const reading = new CommandReading({ ...this.options, signal, onStalled })
    while (!signal.aborted) {
      const arrived = inbox.peek(maxCommands)
      if (arrived.length > 0) {
        const { topic } = arrived[0] as RawRecord
        await processingBatch(
          { topic, partition },
          () => arrived.map(senderOf),
          async () => {
            const decided = metrics.decisionSeconds.startTimer({ partition })
            const group = await inSpan(spanName.decide, {}, () =>
              decideArrived(state, arrived, { ...this.options, reading, appending }),
            )
            decided()
            await this.commit(state, log, group)
            inbox.drop(group.commands)
            await this.append(state, log, appending, state.windDown(maxDue))
            this.keeping.committed(state)
          },
        )
        continue
      }
      const due = state.nextDeadline()
      const waitMs = due === null ? Number.POSITIVE_INFINITY : due - clock.now()
      if (waitMs <= 0) {
        await this.tick(state, inbox, log, appending)
        continue
      }
      const over = new AbortController()
      await inbox.arrival(timers.sleep(waitMs, AbortSignal.any([signal, over.signal])))
      // With a reason of its own: without one an exception is made for each wait.
      over.abort('over')
    }
  }

  private async commit(state: Partition, log: Log, { records, parked, commands }: GroupCommit): Promise<void> {
    const { metrics, partition, logger } = this.options
    const committed = metrics.transactionSeconds.startTimer({ partition })
    const { baseOffset } = await log.append(
      records,
      parked.map(({ record }) => record),
    )
    committed()
    state.committed(baseOffset)
    metrics.commandsPerCommit.observe({ partition }, commands)
    metrics.position.set({ partition }, state.position)
    metrics.keys.set({ partition }, state.idempotency.size)
    for (const { offset, reason } of parked) {
      metrics.parked.inc({ partition, reason })
      logger.error({ partition, offset, reason }, 'a command could not be read: refused as malformed, and parked')
    }
  }

  /** Expires what is due, unless a command is undecided: its append time would come first (docs/decisions/0003). */
  private async tick(state: Partition, inbox: Inbox, log: Log, appending: Appending): Promise<void> {
    const { clock, ports, timers } = this.options
    const now = clock.now()
    const { end } = await ports.commandEnds()
    if (inbox.size > 0) return
    if (end > state.position + 1) {
      // On its way to us.
      const over = new AbortController()
      await inbox.arrival(timers.sleep(tickPauseMs, AbortSignal.any([this.stopping.signal, over.signal])))
      over.abort('over')
      return
    }
    await this.append(state, log, appending, state.tick(now, maxDue))
  }

  /** Applies and commits what no command caused. */
  private async append(state: Partition, log: Log, appending: Appending, due: DecidedRecord[]): Promise<void> {
    if (due.length === 0) return
    state.apply(due)
    await this.commit(state, log, {
      records: due.map((one) => toOwnedRecord(appending, one, null)),
      parked: [],
      commands: 0,
    })
  }
}
