import type { Clock } from '@onsale/platform/ports'

/** A view may be so long behind what the tables of the same journal had shown. */
const behindMs = 5_000
const everyMs = 500

/**
 * How far a view of rooms must be to be believed: not behind what this process has shown, nor behind where another projection of the journal was
 * a while ago. So a Redis that lost what it had, or is being filled anew, is not taken for a room without visitors.
 */
export class RoomFloors {
  private readonly shown = new Map<number, number>()
  private readonly seen = new Map<number, { at: number; offset: number }[]>()

  constructor(
    private readonly clock: Clock,
    /** Offset that readers of the tables are shown in a partition (exclusive). */
    private readonly elsewhere: (partition: number) => number,
  ) {}

  of(partition: number): number {
    return Math.max(this.shown.get(partition) ?? 0, this.elsewhereThen(partition))
  }

  raise(partition: number, nextOffset: number): void {
    if (nextOffset > (this.shown.get(partition) ?? 0)) this.shown.set(partition, nextOffset)
  }

  private elsewhereThen(partition: number): number {
    const now = this.clock.now()
    const seen = this.seen.get(partition) ?? []
    if (now - (seen.at(-1)?.at ?? 0) >= everyMs) seen.push({ at: now, offset: this.elsewhere(partition) })
    while (seen.length > 1 && (seen[1]?.at ?? now) <= now - behindMs) seen.shift()
    this.seen.set(partition, seen)
    return seen[0]?.offset ?? 0
  }
}
