/**
 * What a run of events leads to, as handlers say it: rows of tables (RowBatch), commands on keys (redis/key-batch.ts). The store that it is made
 * for writes it, whole, with the checkpoint.
 */
export interface ChangeBatch {
  /** How much there is to write. */
  readonly size: number
  /** Runs `work`; where it throws, the batch is as it was before. */
  attempt(work: () => void): void
  /** What the projection is to know of a stream from here on (see HandlerContext.remembered). */
  readonly notes?: ReadonlyMap<string, string> | undefined
}
