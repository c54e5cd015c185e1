import { gunzipSync, gzipSync } from 'node:zlib'
import { createOwnerMetrics, Decider } from '@onsale/decider'
import { indexPlan, type Plan, type PlanIndex } from '@onsale/domain'

import { PlanCatalog } from '@onsale/platform/log'
import { createRegistry } from '@onsale/platform/telemetry'

import type { SimProcess } from '../kernel/index.js'
import type { Service, ServiceContext } from '../world/part.js'
import { env, type World } from '../world/world.js'
import type { Context } from './context.js'

const noPlans = { get: () => null, catchUp: async () => {}, start: async () => {}, stop: async () => {} }

/** Not in libuv's threads: nobody could say when they are done. */
const compression = {
  zip: async (bytes: Buffer) => gzipSync(bytes, { level: 1 }),
  unzip: async (bytes: Buffer) => gunzipSync(bytes),
}

/** Indexed once: a plan never changes. */
const indexes = new Map<string, PlanIndex>()

export function indexed(json: string): PlanIndex {
  const known = indexes.get(json) ?? indexPlan(JSON.parse(json) as Plan)
  indexes.set(json, known)
  return known
}

/** A decider as its main.ts puts it together, without the ops server. */
export class DeciderService implements Service {
  private decider: Decider | null = null
  private process: SimProcess | null = null

  constructor(
    private readonly world: World,
    readonly name: string,
    private readonly context: Context,
    private readonly habits: { standby: boolean; snapshotRecords: number },
  ) {}

  start({ process, kafka, logger }: ServiceContext): void {
    const { world, context } = this
    const { codec } = world
    const { topics } = context
    const metrics = createOwnerMetrics(createRegistry())
    const held = { timers: process, ids: process }
    const plans = new PlanCatalog<PlanIndex>({
      kafka,
      topic: world.topics.plans,
      codec,
      logger,
      ...held,
      parse: indexed,
    })
    this.decider = new Decider({
      ...{ env, instance: this.name, kafka, topics, codec, metrics, logger, compression, ...held },
      plans: context.hasPlans ? plans : noPlans,
      groupId: `${env}.${context.label}deciders`,
      streams: context.streams((planHash) => plans.get(planHash)),
      ...{ clock: process, random: process.random, ...this.habits },
    })
    this.process = process
    void this.decider.start()
  }

  crashed(): void {
    this.decider = null
  }

  /** Partitions that this process believes to own now. */
  get serving(): { partition: number; process: SimProcess }[] {
    const { decider, process } = this
    if (!decider || !process) return []
    return [...decider.owners]
      .filter(([, { phase }]) => phase === 'serving')
      .map(([partition]) => ({ partition, process }))
  }

  get phases(): string {
    const { decider } = this
    return decider ? [...decider.owners].map(([partition, { phase }]) => `${partition}: ${phase}`).join(', ') : 'down'
  }

  get halted(): number[] {
    return this.decider
      ? [...this.decider.owners].filter(([, { phase }]) => phase === 'halted').map(([partition]) => partition)
      : []
  }
}
