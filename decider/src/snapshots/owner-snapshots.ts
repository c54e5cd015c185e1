import type { Partition } from '@onsale/domain'
import type { Logger } from 'pino'
import type { Snapshots } from './snapshots.js'

export interface OwnerSnapshotsOptions {
  partition: number
  snapshots: Snapshots
  logger: Logger
}

/** The owner's own snapshots, for where no standby stores any: of a moment between two commits, written beside the next. */
export class OwnerSnapshots {
  private phase: 'idle' | 'asking' | 'wanted' | 'storing' = 'idle'

  constructor(private readonly options: OwnerSnapshotsOptions) {}

  /** After a commit. */
  committed(state: Partition): void {
    const { partition, snapshots, logger } = this.options
    const { journalOffset } = state
    const failed = (error: unknown) => {
      this.phase = 'idle'
      logger.warn({ err: error, partition }, 'no snapshot stored')
    }
    if (this.phase === 'idle' && snapshots.due(partition, journalOffset, 'owner')) {
      this.phase = 'asking'
      snapshots.wanted(partition, journalOffset, 'owner').then((wanted) => {
        this.phase = wanted ? 'wanted' : 'idle'
      }, failed)
    } else if (this.phase === 'wanted') {
      this.phase = 'storing'
      snapshots.store(state).then(() => {
        this.phase = 'idle'
      }, failed)
    }
  }
}
