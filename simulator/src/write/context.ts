import type { PlanIndex, Streams, StreamsKind } from '@onsale/domain'
import type { ContextTopics } from '@onsale/platform/log'
import type { StreamModel } from '../check/partition-model.js'
import type { Request } from '../load/request.js'

/** What a side of commands is about: shows, or their waiting rooms. */
export interface Context<Stream extends StreamModel = StreamModel, Held extends Streams = Streams> {
  /** Before the names of its processes. */
  label: string
  topics: ContextTopics
  hasPlans: boolean
  streams(plan: (planHash: string) => PlanIndex | null): StreamsKind<Held>
  /** A stream is counted from its first event. */
  open(streamId: string): Stream
  /** Whether the fold of a stream is not what its events were counted to. */
  differs(folded: Held, streamId: string, counted: Stream): boolean
  /** What an API is asked to see whether it answers: refused, and without consequences. */
  probe: Pick<Request, 'operation' | 'body'>
}
