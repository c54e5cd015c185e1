import type { Rooms } from '@onsale/domain'
import type { FollowedRecord } from './followed-partition.js'

/** What came with one batch, by show: who looks at it does so when all of the batch is folded. */
export class Touched {
  private shows = new Set<string>()

  constructor(private readonly tell: (showIds: Set<string>) => void) {}

  see({ subject }: FollowedRecord): void {
    if (subject !== null) this.shows.add(subject)
  }

  settle(): void {
    if (this.shows.size === 0) return
    const { shows } = this
    this.shows = new Set()
    this.tell(shows)
  }
}

/** Whether a partition has rooms that need to know of their shows. */
export const hasLiveRoom = (rooms: Rooms): boolean =>
  rooms.set.inOrder().some(([, { state }]) => state.phase !== 'closed' || state.admissions.size > 0)
