import type { ReadModelReplica } from '@onsale/platform/read-model'
import type { ProjectionStore } from '@onsale/projectors'

/** A row of the replica as a test reads it: within a snapshot, by its key. */
export type ReadRow = (
  table: { name: string; key: readonly string[] },
  ...key: (string | number)[]
) => Promise<Record<string, unknown> | null>

/** A primary, its replica and what can go wrong with them: the simulated ones, or real servers. */
export interface StoreWorld {
  /** Lets all that it sets off happen. */
  run<Result>(work: () => Promise<Result>): Promise<Result>
  /** A little time. */
  pause(): Promise<void>
  /** As a process of its own has it. */
  store(): ProjectionStore
  /** One whose first commit ends the connection: unheard after the server has done it, or before it reached the server. */
  breakingStore(committed: boolean): ProjectionStore
  /** One whose server does not bear a second of silence in a transaction that others wait for. */
  impatientStore(): ProjectionStore
  /** Ends the connections of everybody, as a restart of the server does. */
  endConnections(): Promise<void>
  replica(): ReadModelReplica<unknown>
  readRow(rows: unknown): ReadRow
  /** From now on the replica shows nothing new, until it is let go. */
  holdReplica(): Promise<() => Promise<void>>
  close(): Promise<void>
}
