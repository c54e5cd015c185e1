import type { Partition } from '@onsale/domain'
import type { Logger } from 'pino'
import type { Snapshots } from './snapshots.js'

export interface OwnerSnapshotsOptions {
  partition: number
  snapshots: Snapshots
  logger: Logger
}

/** So long the owner rests after each piece of a snapshot, ms: whoever waits for an answer is not to wait for these. */
const restMs = 50

/**
 * The owner's own snapshots, for where no standby stores any. What can change is copied between two commits (some tens of ms of a
 * partition with a million reservations and keys); what follows is done beside the commits, a bit at a time.
 */
export class OwnerSnapshots {
  private phase: 'idle' | 'asking' | 'wanted' | 'storing' = 'idle'

  constructor(private readonly options: OwnerSnapshotsOptions) {}

  /** After a commit. */
  committed(state: Partition): void {
    const { partition, snapshots, logger } = this.options
    const { journalOffset, claimId } = state
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
      snapshots.store({ partition, journalOffset, claimId }, state.snapshot(), restMs).then(() => {
        this.phase = 'idle'
      }, failed)
    }
  }
}
