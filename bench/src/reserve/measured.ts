import type { LoadResult } from '../load/load-job.js'
import type { PeerName } from '../peers/peer-names.js'

/** Who is measured, and how: a peer with innodb_flush_log_at_trx_commit 1 or 2, or ours. */
export type SideName = 'ours' | 'oursSpread' | 'oursOpenLoop' | 'oursWritePathOnly' | 'redis' | `${SqlPeer}/${1 | 2}`
export type SqlPeer = Exclude<PeerName, 'redis'>

export interface Measured {
  side: SideName
  connections: number
  round: number
  result: LoadResult
  /** Of the read models while it ran, and how long they took to catch up; null where they are not its matter. */
  lag: { worstMs: number; caughtUpMs: number } | null
}

/** What the read model says after all of it. */
export interface Counted {
  /** Places held past an area's capacity. */
  oversold: number
  /** Accepted answers without their places in the read model. */
  lost: number
}
