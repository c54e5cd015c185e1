import { createOwnerMetrics, kafkaOwnerPorts, Owners, PartitionOwner } from '@onsale/decider'
import { indexPlan, type Plan, type PlanIndex } from '@onsale/domain'
import { PartitionGroup, PlanCatalog } from '@onsale/platform/log'
import { Registry } from 'prom-client'
import type { SimProcess } from '../kernel/index.js'
import type { Service, ServiceContext } from '../world/part.js'
import { env, type World } from '../world/world.js'

/** Indexed once: a plan never changes. */
const indexes = new Map<string, PlanIndex>()

/** A decider as its main.ts puts it together, without the ops server. */
export class DeciderService implements Service {
  private owners: Owners<PartitionOwner> | null = null
  private process: SimProcess | null = null

  constructor(
    private readonly world: World,
    readonly name: string,
  ) {}

  start({ process, kafka, logger }: ServiceContext): void {
    const { topics, codec } = this.world
    const metrics = createOwnerMetrics(new Registry())
    const held = { timers: process, ids: process }
    const plans = new PlanCatalog<PlanIndex>({
      kafka,
      topic: topics.plans,
      codec,
      logger,
      ...held,
      parse: (json) => {
        const known = indexes.get(json) ?? indexPlan(JSON.parse(json) as Plan)
        indexes.set(json, known)
        return known
      },
    })
    const admin = kafka.admin()
    const owners = new Owners(
      (partition) =>
        new PartitionOwner({
          partition,
          instance: this.name,
          ports: kafkaOwnerPorts({ kafka, admin, group, env, topics, partition, logger, ...held }),
          codec,
          plans,
          clock: process,
          ...held,
          random: process.random,
          metrics,
          logger,
        }),
    )
    const group: PartitionGroup = new PartitionGroup({
      kafka,
      topic: topics.commands,
      groupId: `${env}.deciders`,
      logger,
      timers: process,
      onAssigned: (partition) => owners.assigned(partition),
      onRevoked: (partition) => owners.revoked(partition),
    })
    this.owners = owners
    this.process = process
    void (async () => {
      // A supervisor would start the process again; so does this.
      for (;;) {
        try {
          await admin.connect()
          await plans.start()
          await plans.catchUp()
          break
        } catch (error) {
          logger.warn({ err: error }, 'does not start yet')
          await plans.stop()
          await process.sleep(500)
        }
      }
      group.start()
    })()
  }

  crashed(): void {
    this.owners = null
  }

  /** Partitions that this process believes to own now. */
  get serving(): { partition: number; process: SimProcess }[] {
    const { owners, process } = this
    if (!owners || !process) return []
    return [...owners].filter(([, { phase }]) => phase === 'serving').map(([partition]) => ({ partition, process }))
  }

  get phases(): string {
    return this.owners ? [...this.owners].map(([partition, { phase }]) => `${partition}: ${phase}`).join(', ') : 'down'
  }

  get halted(): number[] {
    return this.owners
      ? [...this.owners].filter(([, { phase }]) => phase === 'halted').map(([partition]) => partition)
      : []
  }
}
