import type { StreamsKind } from '@onsale/domain'
import type { Codec } from '@onsale/platform/codec'
import {
  type Compression,
  type ContextTopics,
  logEnds,
  PartitionGroup,
  type Placement,
  type PlacementWatch,
  SnapshotTopic,
} from '@onsale/platform/log'
import type { Clock, Ids, Random, Timers } from '@onsale/platform/ports'
import type { Admin, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { ClockWatch } from './clock-watch.js'
import { Folds } from './fold/folds.js'
import { JournalFold } from './fold/journal-fold.js'
import { kafkaOwnerPorts } from './kafka-ports.js'
import type { OwnerMetrics } from './metrics.js'
import { Owners } from './owners.js'
import { PartitionOwner } from './partition-owner.js'
import type { Plans } from './ports.js'
import { Snapshots } from './snapshots/snapshots.js'

export interface DeciderOptions {
  env: string
  instance: string
  kafka: Kafka
  topics: ContextTopics
  /** Of the deciders of these topics. */
  groupId: string
  codec: Codec
  /** What it decides about. */
  streams: StreamsKind
  /** Started and stopped by the decider. */
  plans: Plans & { start(): Promise<void>; stop(): Promise<void> }
  /** Started and stopped by the decider; without it nobody tells it where to be. */
  placement?: PlacementWatch
  clock: Clock
  timers: Timers
  ids: Ids
  random: Random
  metrics: OwnerMetrics
  logger: Logger
  compression?: Compression
  /** False: folds nothing but what it owns, and takes partitions cold. */
  standby: boolean
  /** Journal records from one snapshot of a partition to the next. */
  snapshotRecords: number
}

const placedIn = ({ placed, version }: Placement) => ({
  version,
  to: Object.fromEntries([...placed].map(([partition, { to }]) => [partition, to])),
})

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))

/** All of the room but its process: owners of the partitions that the group gives, folds of those that it stands by for. */
export class Decider {
  readonly owners: Owners<PartitionOwner>
  private readonly group: PartitionGroup
  private readonly folds: Folds
  private readonly watch: ClockWatch
  private readonly admin: Admin
  private readonly stopping = new AbortController()
  /** Ends while an operator keeps this process out of the group; null where none does. */
  private drained: { promise: Promise<void>; resolve(): void } | null = null
  private newShows: unknown = null
  private joining = false

  constructor(private readonly options: DeciderOptions) {
    const {
      kafka,
      topics,
      groupId,
      env,
      instance,
      logger,
      clock,
      timers,
      ids,
      metrics,
      standby,
      snapshotRecords,
      placement,
    } = options
    const admin = kafka.admin()
    const ports = (partition: number) => {
      const onIgnored = (count: number) => metrics.staleIgnored.inc({ partition }, count)
      return kafkaOwnerPorts({ kafka, admin, group, env, topics, partition, logger, clock, timers, ids, onIgnored })
    }
    const snapshots = new Snapshots({
      ...options,
      topic: new SnapshotTopic({ ...options, admin, topic: topics.snapshots }),
      journalEnd: async (partition) => (await logEnds(admin, topics.events)).get(partition)?.end ?? 0,
      everyRecords: snapshotRecords,
    })
    const folds = new Folds(
      (partition, state) => new JournalFold({ ...options, partition, ports: ports(partition), snapshots }, state),
    )
    const watch = new ClockWatch(options)
    const onClock = {
      right: () => watch.right(),
      wrong: (aheadMs: number) => {
        // Of several partitions the first says it for all.
        if (!watch.trouble) group.rest(watch.wrong(aheadMs, this.stopping.signal))
      },
    }
    const owners = new Owners(
      (partition) => new PartitionOwner({ ...options, partition, ports: ports(partition), folds, snapshots, onClock }),
    )
    const group: PartitionGroup = new PartitionGroup({
      kafka,
      topic: topics.commands,
      groupId,
      logger,
      timers,
      onAssigned: (partition) => owners.assigned(partition),
      onRevoked(partition) {
        logger.info({ partition }, 'the partition went to another decider')
        owners.revoked(partition)
      },
      ...(standby ? { warm: () => folds.warm, onStandby: (partitions) => folds.standBy(partitions) } : {}),
      ...(placement ? { name: instance, placed: () => placedIn(placement.current) } : {}),
    })
    placement?.onChange(() => this.obey(placement.current))
    this.owners = owners
    this.group = group
    this.folds = folds
    this.watch = watch
    this.admin = admin
  }

  /** Why it could not take its share now; empty where it can. */
  get notReady(): string[] {
    const { trouble } = this.watch
    if (trouble) return [trouble]
    // As an operator wants it: nothing is the matter.
    if (this.drained) return []
    return [
      ...(this.group.isMember ? [] : [`not in the group ${this.options.groupId}`]),
      ...[...this.owners]
        .filter(([, { phase }]) => phase !== 'serving')
        .map(([partition, { phase }]) => `partition ${partition} of ${this.options.topics.commands} is ${phase}`),
    ]
  }

  /** Waits for the broker, however long; then joins the group. */
  async start(): Promise<void> {
    const { plans, placement, timers, logger } = this.options
    const { signal } = this.stopping
    for (let pauseMs = 100; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        await this.admin.connect()
        await plans.start()
        await plans.catchUp()
        await placement?.start()
        break
      } catch (error) {
        logger.warn({ err: error }, 'waiting for kafka')
        await Promise.all([plans.stop(), placement?.stop()])
        await timers.sleep(pauseMs, signal)
      }
    }
    while (this.drained && !signal.aborted) await Promise.race([this.drained.promise, aborted(signal)])
    this.joining = true
    if (!signal.aborted) this.group.start()
  }

  /** Does what an operator wants: out of the group and back, or what is to be followed anew. */
  private obey({ drained, newShows }: Placement): void {
    const { instance, logger } = this.options
    const out = drained.get(instance)
    if (out && !this.drained) {
      logger.warn(
        { by: out.by, at: out.at },
        'drained: giving all partitions away, and out of the group until told otherwise',
      )
      this.drained = Promise.withResolvers<void>()
      if (this.joining) this.group.rest(this.drained.promise)
    }
    if (!out && this.drained) {
      logger.info('no longer drained: joining the group')
      this.drained.resolve()
      this.drained = null
    }
    // Partitions may have been added for new shows.
    const all = JSON.stringify(newShows) !== JSON.stringify(this.newShows)
    this.newShows = newShows
    this.group.look(all)
  }

  /** Owners first: their last commit is whole before the group gives their partitions to others. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await this.owners.stop()
    await this.group.stop()
    await this.folds.stop()
    await Promise.all([this.options.plans.stop(), this.options.placement?.stop(), this.admin.disconnect()])
  }
}
