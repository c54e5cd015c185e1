import { PartitionAudit, type PartitionSources } from './partition-audit.js'
import type { RoomCount } from './room/room-count.js'
import { roomKind } from './room/room-kind.js'
import { showKind } from './show-kind.js'
import type { Journal, Violation } from './violation.js'

export interface AuditResult {
  /** Records that count. */
  events: number
  streams: number
  violations: Violation[]
  /** Stream versions and command offsets that are missing. */
  gaps: number
  /** Records that an owner left whose claim was over: they mean nothing to any reader. */
  ignoredStale: number
  /** Commands decided so far, and those that still wait for it. */
  commands: number
  undecided: number
}

/** Ends (exclusive) of each partition of each commands topic. */
export type CommandEnds = Record<Journal, ReadonlyMap<number, number>>

export interface JournalSources {
  reservation: readonly PartitionSources[]
  queue: readonly PartitionSources[]
  /** By partition, up to where (exclusive) whatever the journal of shows cites of rooms is in their journal, as it is read. */
  citedBefore: ReadonlyMap<number, number>
}

/**
 * Recounts both journals whole: one PartitionAudit for each partition, summed. The journal of shows is to be added before that of
 * their rooms. Pure: what it reads is handed in.
 */
export class Audit {
  /** Of shows. */
  readonly partitions = new Map<number, PartitionAudit>()
  /** Of waiting rooms. */
  readonly rooms = new Map<number, PartitionAudit<RoomCount>>()

  constructor({ reservation, queue, citedBefore }: JournalSources) {
    for (const source of reservation) this.partitions.set(source.partition, new PartitionAudit(showKind, source))
    for (const source of queue) {
      const { partition } = source
      const kind = roomKind((showId) => ({
        show: this.partitions.get(partition)?.whole(showId) ?? null,
        exists: this.partitions.get(partition)?.shows.has(showId) ?? false,
        citedBefore: citedBefore.get(partition) ?? 0,
      }))
      this.rooms.set(partition, new PartitionAudit(kind, source))
    }
  }

  of(journal: Journal, partition: number): PartitionAudit | PartitionAudit<RoomCount> | null {
    return (journal === 'queue' ? this.rooms : this.partitions).get(partition) ?? null
  }

  /** The recount of a show's waiting room; null where it has none. */
  room(showId: string): RoomCount | null {
    return this.rooms.get(Number(showId.split('.')[0]))?.shows.get(showId) ?? null
  }

  /** @param readAt when the log was read, UTC ms */
  result(commandEnds: CommandEnds, readAt: number): AuditResult {
    const all = [...this.partitions.values(), ...this.rooms.values()]
    for (const partition of all) partition.finish(readAt)
    const sum = (of: (partition: (typeof all)[number]) => number) => all.reduce((total, it) => total + of(it), 0)
    let undecided = 0
    for (const journal of ['reservation', 'queue'] as const)
      for (const [partition, end] of commandEnds[journal])
        undecided += Math.max(0, end - (this.of(journal, partition)?.answers.nextCommand ?? 0))
    return {
      events: sum(({ counted }) => counted),
      streams: sum(({ shows }) => shows.size),
      violations: all.flatMap(({ violations }) => violations),
      gaps: sum(({ gaps }) => gaps),
      ignoredStale: sum(({ ignoredStale }) => ignoredStale),
      commands: sum(({ answers }) => answers.nextCommand),
      undecided,
    }
  }
}
