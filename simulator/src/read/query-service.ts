import { CheckpointWatch, PositionedReads, type ReadModelReplica } from '@onsale/platform/read-model'
import { type Endpoint, NoReplyError, type Replies, type SimProcess } from '../kernel/index.js'
import type { SimRows } from '../sql/index.js'
import type { Service, ServiceContext } from '../world/part.js'
import type { World } from '../world/world.js'

type Reads = PositionedReads<SimRows>

/** A query API as its start-query-api.ts puts it together, without HTTP. */
export class QueryService implements Service, Endpoint {
  up = false
  private reads: Reads | null = null
  private process: SimProcess | null = null
  private readonly inFlight = new Set<Replies<never>>()

  constructor(
    private readonly world: World,
    readonly name: string,
    private readonly replicaFor: (process: SimProcess) => ReadModelReplica<SimRows>,
  ) {}

  start({ process }: ServiceContext): void {
    const replica = this.replicaFor(process)
    this.reads = new PositionedReads<SimRows>({
      replica,
      watch: new CheckpointWatch(replica, process, process),
      topics: this.world.topics,
      clock: process,
      positionWaitMs: 3_000,
    })
    this.process = process
    this.up = true
  }

  crashed(): void {
    this.up = false
    this.reads = null
    for (const replies of [...this.inFlight]) replies.reject(new NoReplyError('closed', this.name))
    this.inFlight.clear()
  }

  /** One request of a client, in this process. */
  ask<Result>(work: (reads: Reads) => Promise<Result>, replies: Replies<Result>): void {
    const { process } = this
    if (!process) throw new NoReplyError('refused', this.name)
    this.inFlight.add(replies as Replies<never>)
    process.after(0, 'request', () => {
      const { reads } = this
      if (!reads) return
      const done = (act: () => void) => {
        if (this.inFlight.delete(replies as Replies<never>)) act()
      }
      work(reads).then(
        (result) => done(() => replies.resolve(result)),
        (error: Error) => done(() => replies.reject(error)),
      )
    })
  }
}
