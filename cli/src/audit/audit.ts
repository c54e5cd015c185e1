import type { LogEntry } from './log-entry.js'
import { PartitionAudit, type PartitionSources } from './partition-audit.js'
import type { Violation } from './violation.js'

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

/** Recounts a whole journal: one PartitionAudit for each partition, summed. Pure: what it reads is handed in. */
export class Audit {
  readonly partitions = new Map<number, PartitionAudit>()

  constructor(sources: readonly PartitionSources[]) {
    for (const source of sources) this.partitions.set(source.partition, new PartitionAudit(source))
  }

  async add(entry: LogEntry): Promise<void> {
    await this.partitions.get(entry.partition)?.add(entry)
  }

  /**
   * @param commandEnds end (exclusive) of each partition of the commands topic
   * @param readAt when the log was read, UTC ms
   */
  result(commandEnds: ReadonlyMap<number, number>, readAt: number): AuditResult {
    const all = [...this.partitions.values()]
    for (const partition of all) partition.finish(readAt)
    const sum = (of: (partition: PartitionAudit) => number) => all.reduce((total, it) => total + of(it), 0)
    let undecided = 0
    for (const [partition, end] of commandEnds)
      undecided += Math.max(0, end - (this.partitions.get(partition)?.answers.nextCommand ?? 0))
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
