import type { Plan } from '@onsale/domain'
import { decodeJournal, PlanCatalog, startJournalReader } from '@onsale/platform/log'
import {
  PlanUnknownError,
  type Projection,
  type ProjectionObserver,
  ProjectionRuntime,
  type ProjectionRuntimeOptions,
  readRecordsAt,
} from '@onsale/projectors'
import type { SimProcess } from '../kernel/index.js'
import type { Service, ServiceContext } from '../world/part.js'
import { env, type World } from '../world/world.js'

/** What a projector runs with besides its servers; made anew for each process. */
export interface ProjectorParts {
  projections: readonly Projection[]
  store: ProjectionRuntimeOptions['env']['store']
  observer: ProjectionObserver
}

/** A projector as start-projectors.ts puts it together, without the ops server and the plans' own read model. */
export class ProjectorService implements Service {
  constructor(
    private readonly world: World,
    readonly name: string,
    /** How long it waits before a batch, on average. */
    private readonly paceMs: number,
    private readonly partsFor: (process: SimProcess) => ProjectorParts,
  ) {}

  start({ process, kafka, logger }: ServiceContext): void {
    const { paceMs } = this
    const { topics, codec, partitions } = this.world
    const held = { timers: process, ids: process }
    const plans = new PlanCatalog<Plan>({
      kafka,
      topic: topics.plans,
      codec,
      logger,
      ...held,
      parse: (json) => JSON.parse(json) as Plan,
    })
    const { projections, store, observer } = this.partsFor(process)
    const runtime = new ProjectionRuntime({
      projections,
      topic: topics.events,
      partitions: Array.from({ length: partitions }, (_, partition) => partition),
      decode: (record) => decodeJournal(codec, record),
      openReader: (reader) =>
        startJournalReader({
          ...{ ...reader, kafka, topic: topics.events, name: `${env}.projectors`, logger, ...held },
          async onBatch(batch) {
            await process.sleep(process.random.exponential(paceMs))
            await reader.onBatch(batch)
          },
        }),
      readAt: (partition, offsets, signal) =>
        readRecordsAt({ kafka, logger, ...held }, { topic: topics.events, partition, offsets }, signal),
      env: {
        store,
        clock: process,
        timers: process,
        random: process.random,
        logger,
        observer,
        plans: {
          plan(planHash) {
            const plan = plans.get(planHash)
            if (!plan) throw new PlanUnknownError(planHash)
            return plan
          },
          catchUp: () => plans.catchUp(),
        },
      },
    })
    void (async () => {
      // A supervisor would start the process again; so does this.
      for (;;) {
        try {
          await plans.start()
          break
        } catch (error) {
          logger.warn({ err: error }, 'does not start yet')
          await plans.stop()
          await process.sleep(500)
        }
      }
      runtime.start()
    })()
  }
}
