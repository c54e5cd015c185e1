import type { PlanIndex, StreamsKind } from '@onsale/domain'
import type { Codec } from '@onsale/platform/codec'
import {
  type Compression,
  logEnds,
  PartitionGroup,
  type PlanCatalog,
  SnapshotTopic,
  type TopicNames,
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
import { Snapshots } from './snapshots/snapshots.js'

export interface DeciderOptions {
  env: string
  instance: string
  kafka: Kafka
  topics: TopicNames
  codec: Codec
  /** What it decides about. */
  streams: StreamsKind
  /** Started and stopped by the decider. */
  plans: PlanCatalog<PlanIndex>
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

/** All of the room but its process: owners of the partitions that the group gives, folds of those that it stands by for. */
export class Decider {
  readonly owners: Owners<PartitionOwner>
  private readonly group: PartitionGroup
  private readonly folds: Folds
  private readonly watch: ClockWatch
  private readonly admin: Admin
  private readonly stopping = new AbortController()

  constructor(private readonly options: DeciderOptions) {
    const { kafka, topics, env, logger, timers, ids, metrics, standby, snapshotRecords } = options
    const admin = kafka.admin()
    const ports = (partition: number) => {
      const onIgnored = (count: number) => metrics.staleIgnored.inc({ partition }, count)
      return kafkaOwnerPorts({ kafka, admin, group, env, topics, partition, logger, timers, ids, onIgnored })
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
      groupId: `${env}.deciders`,
      logger,
      timers,
      onAssigned: (partition) => owners.assigned(partition),
      onRevoked(partition) {
        logger.info({ partition }, 'the partition went to another decider')
        owners.revoked(partition)
      },
      ...(standby ? { warm: () => folds.warm, onStandby: (partitions) => folds.standBy(partitions) } : {}),
    })
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
    return [
      ...(this.group.isMember ? [] : ['not in the group of deciders']),
      ...[...this.owners]
        .filter(([, { phase }]) => phase !== 'serving')
        .map(([partition, { phase }]) => `partition ${partition} is ${phase}`),
    ]
  }

  /** Waits for the broker, however long; then joins the group. */
  async start(): Promise<void> {
    const { plans, timers, logger } = this.options
    const { signal } = this.stopping
    for (let pauseMs = 100; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        await this.admin.connect()
        await plans.start()
        await plans.catchUp()
        break
      } catch (error) {
        logger.warn({ err: error }, 'waiting for kafka')
        await plans.stop()
        await timers.sleep(pauseMs, signal)
      }
    }
    if (!signal.aborted) this.group.start()
  }

  /** Owners first: their last commit is whole before the group gives their partitions to others. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await this.owners.stop()
    await this.group.stop()
    await this.folds.stop()
    await Promise.all([this.options.plans.stop(), this.admin.disconnect()])
  }
}
