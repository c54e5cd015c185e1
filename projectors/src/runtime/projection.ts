import type { Plan } from '@onsale/domain'
import type { JournalRecord, TopicNames } from '@onsale/platform/log'
import type { Records } from '@onsale/schemas'
import type { ChangeBatch } from './change-batch.js'
import { RowBatch } from './row-batch.js'
import type { Table } from './table.js'

/** Records of *.events topics by their short names. */
type JournalName = Extract<keyof Records, `onsale.journal.${string}` | `onsale.${string}.events.${string}`>
type LastPart<Name extends string> = Name extends `${string}.${infer Rest}` ? LastPart<Rest> : Name
export type JournalTypes = { [Name in JournalName as LastPart<Name>]: Records[Name] }

type DomainEventName = Extract<JournalName, `onsale.${string}.events.${string}`>
/** Short names of the domain events: those that belong to a stream. */
export type DomainEventType = LastPart<DomainEventName>

export type JournalEvent<Type extends keyof JournalTypes> = JournalRecord<Type, JournalTypes[Type]>

/** What a handler may ask for besides the event. */
export interface HandlerContext {
  /** The seating plan. Throws PlanUnknownError where it has not been read; the runtime then reads on and folds again. */
  plan(planHash: string): Plan
  /**
   * What an event before this one left for the stream's next ones, where the batch takes notes: kept beside the stream's
   * version, so it is a function of the events too. Null where nothing was.
   */
  remembered(stream: string): string | null
}

/**
 * Says what rows an event leads to. Synchronous, and a function of the event and the plan alone: it may be called again
 * with the same event, and a rebuild from the log must give the same rows.
 */
export type Handler<Type extends keyof JournalTypes, Changes = RowBatch> = (
  event: JournalEvent<Type>,
  changes: Changes,
  context: HandlerContext,
) => void

export type Handlers<Changes = RowBatch> = { [Type in keyof JournalTypes]?: Handler<Type, Changes> }

/** The journals: of shows, and of their waiting rooms. */
export type ProjectionTopic = 'reservation.events' | 'queue.events'

/** The journal of a projection, with the environment's prefix. */
export const journalOf = (
  { topics: [topic] }: Pick<AnyProjection, 'topics'>,
  names: Pick<TopicNames, 'events' | 'queue'>,
): string => (topic === 'queue.events' ? names.queue.events : names.events)

/** A read model: what it is called, where it reads, which tables are its own, and what each type of event does to them. */
export interface Projection<Changes = RowBatch> {
  readonly name: string
  /** Which store has its rows and checkpoints. */
  readonly keptIn: 'sql' | 'redis'
  /** A changed meaning of the rows, or another layout, is a new revision: the code keeps the old one while a version of it is fed. */
  readonly revision: number
  /** Which of the versions in the store: each has tables and checkpoints of its own. A definition stands for the first. */
  readonly version: number
  /** The journal that it is made from, without the environment's prefix: versions of streams are kept by projection, so it is one. */
  readonly topics: readonly [ProjectionTopic]
  readonly tables: readonly Table[]
  /** Types that are not here change nothing in this read model; types nobody knows stop it. */
  readonly on: Handlers<Changes>
  newChanges(): ChangeBatch
}

/** Wherever it is kept. */
export type AnyProjection = Projection<never>

type Definition<Changes> = Omit<Projection<Changes>, 'version' | 'keptIn' | 'newChanges'>

/** A read model in tables. */
export const projection = (definition: Definition<RowBatch>): Projection => ({
  ...definition,
  keptIn: 'sql',
  version: 1,
  newChanges: () => new RowBatch(),
})

export const inVersion = (definition: AnyProjection, version: number): AnyProjection => ({ ...definition, version })

export class PlanUnknownError extends Error {
  constructor(readonly planHash: string) {
    super(`no seating plan ${planHash}`)
  }
}
