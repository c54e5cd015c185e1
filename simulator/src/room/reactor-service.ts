import type { PlanIndex } from '@onsale/domain'
import { IngressProducer, PlanCatalog } from '@onsale/platform/log'
import { seedOf } from '@onsale/platform/waiting-room'
import { leaseMs, RoomReactors } from '@onsale/reactors/rooms'
import { drawSecret } from '../load/admission.js'
import type { Service, ServiceContext } from '../world/part.js'
import { env, type World } from '../world/world.js'
import { indexed } from '../write/decider-service.js'
import { simLocks, simPresence } from './redis-clients.js'
import type { RedisServer } from './redis-server.js'

const followEveryMs = 500

/** A reactors process as its start-reactors.ts puts it together, without the ops server and the driver of Redis. */
export class ReactorService implements Service {
  private reactors: RoomReactors | null = null

  constructor(
    private readonly world: World,
    private readonly redis: RedisServer,
    readonly name: string,
  ) {}

  start({ process, kafka, logger }: ServiceContext): void {
    const { topics, codec, network, kernel } = this.world
    const admin = kafka.admin()
    const held = { timers: process, ids: process }
    const plans = new PlanCatalog<PlanIndex>({ kafka, topic: topics.plans, codec, logger, ...held, parse: indexed })
    const nextTurn = () => process.sleep(0).then(() => {})
    const producer = new IngressProducer({
      ...{ kafka, topic: topics.queue.commands, codec, clock: process, logger },
      ...{ timers: process, random: process.random, nextTurn },
    })
    const reactors = new RoomReactors({
      ...{ env, instance: this.name, kafka, admin, topics, codec, plans, producer, logger, nextTurn },
      ...{ clock: process, ...held },
      locks: simLocks(network, this.redis, process, leaseMs),
      presence: simPresence(network, this.redis, process),
      seedOf: (showId) => seedOf(drawSecret, showId),
      onFailed: (error) => kernel.violate('reactor-stopped', `${this.name}: ${error.message}`),
    })
    this.reactors = reactors
    const untilItWorks = async (step: () => Promise<unknown>) => {
      for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
        try {
          return await step()
        } catch (error) {
          logger.warn({ err: error }, 'waiting for kafka')
          await process.sleep(pauseMs)
        }
      }
    }
    void (async () => {
      for (const step of [() => admin.connect(), () => producer.start(), () => plans.start()]) await untilItWorks(step)
      for (;;) {
        await untilItWorks(() => reactors.follow())
        await process.sleep(followEveryMs)
      }
    })()
  }

  crashed(): void {
    this.reactors = null
  }

  /** Why a journal can't be followed any further; null where all can. */
  get failure(): string | null {
    for (const { partition, one } of this.reactors?.followed ?? [])
      if (one.failure) return `${partition}: ${one.failure.message}`
    return null
  }
}
