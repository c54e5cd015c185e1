import { AnswerBook } from './answer-book.js'
import { type CommandLog, type DecodedEntry, type LogEntry, numberIn } from './log-entry.js'
import type { PlanFacts } from './plan-shelf.js'
import type { ShowCount } from './show-count.js'
import { isOfJournal, journalName, logTimeOf, type StreamCount, type StreamKind } from './stream-kind.js'
import type { Invariant, Violation } from './violation.js'

export interface PartitionSources {
  partition: number
  /** Null where the commands topic could not be read: then only the journal's own continuity is checked. */
  commands: CommandLog | null
  planOf(planHash: string): PlanFacts | null
  /** Decodes a value; its rejection is reported as record-wrong. */
  decode(value: Buffer): Promise<{ name: string; data: unknown }>
}

/** Recounts one partition of a journal, record by record, in order. */
export class PartitionAudit<Count extends StreamCount = ShowCount> {
  readonly violations: Violation[] = []
  readonly shows = new Map<string, Count>()
  readonly answers: AnswerBook
  counted = 0
  ignoredStale = 0
  /** Stream versions and command offsets that are missing. */
  gaps = 0
  /** Offset of the last record that counts; -1 before the first. */
  lastCounted = -1
  private claim: string | null = null
  private logTime = 0
  private readonly versions = new Map<string, number>()
  /** Shows with an event that nobody can read: what comes after it can't be judged. */
  private readonly unreadable = new Set<string>()

  constructor(
    private readonly kind: StreamKind<Count>,
    private readonly sources: PartitionSources,
  ) {
    this.answers = new AnswerBook(sources.commands, kind.isDue, (invariant, offset, detail, show) =>
      this.report(invariant, offset, detail, show ?? null),
    )
  }

  /** The recount of a show; null where there is none, or where an event of it can't be read. */
  whole(showId: string): Count | null {
    return this.unreadable.has(showId) ? null : (this.shows.get(showId) ?? null)
  }

  async add(entry: LogEntry): Promise<void> {
    if (!this.counts(entry)) {
      this.ignoredStale += 1
      return
    }
    this.counted += 1
    this.lastCounted = entry.offset
    const decoded = await this.decoded(entry)
    if (!decoded) {
      this.passOver(entry)
      return
    }
    const time = this.timeOf(decoded)
    this.answers.apply(decoded, time)
    if (this.kind.isEvent(decoded.name)) this.applyToShow(decoded)
  }

  /** To be called when the log has been read. @param readAt UTC ms */
  finish(readAt: number): void {
    this.answers.finish()
    for (const show of this.shows.values()) show.finish(readAt)
  }

  /** The reader rule: an OwnerClaimed opens its claim, other records count under the claim that is open. */
  private counts(entry: LogEntry): boolean {
    const claimId = entry.headers['claim-id']
    if (claimId === undefined) return false
    if (entry.headers.ce_type === journalName.claimed) this.claim = claimId
    return claimId === this.claim
  }

  private async decoded(entry: LogEntry): Promise<DecodedEntry | null> {
    const subject = entry.headers.ce_subject ?? null
    try {
      const { name, data } = await this.sources.decode(entry.value)
      if (name !== entry.headers.ce_type) {
        this.report('record-wrong', entry.offset, `says ${entry.headers.ce_type}, holds ${name}`, subject)
        return null
      }
      const known = this.kind.isEvent(name) || isOfJournal(name)
      if (!known) this.report('record-wrong', entry.offset, `a type that nobody can fold: ${name}`, subject)
      return known ? { ...entry, name, data } : null
    } catch (error) {
      this.report('record-wrong', entry.offset, `cannot be decoded: ${(error as Error).message}`, subject)
      return null
    }
  }

  /**
   * What nobody can read still says in its headers which command it answers and which version it has: what follows is
   * no gap. Its show can't be recounted from there on.
   */
  private passOver(entry: LogEntry): void {
    this.answers.passOver(entry)
    const subject = entry.headers.ce_subject
    if (subject === undefined || numberIn(entry, 'stream-version') === null) return
    this.checkVersion(entry, subject)
    this.unreadable.add(subject)
  }

  private timeOf(entry: DecodedEntry): number | null {
    const time = logTimeOf(this.kind, entry.name, entry.data)
    if (time === null) return null
    if (time < this.logTime)
      this.report('time-backwards', entry.offset, `${time} after ${this.logTime}`, entry.headers.ce_subject ?? null)
    this.logTime = Math.max(this.logTime, time)
    return time
  }

  private applyToShow(entry: DecodedEntry): void {
    const { showId } = entry.data as { showId: string }
    const wrong = (detail: string) => this.report('record-wrong', entry.offset, detail, showId)
    if (entry.headers.ce_subject !== showId) wrong(`is in stream ${entry.headers.ce_subject}, is about ${showId}`)
    if (showId.split('.')[0] !== String(entry.partition)) wrong(`the show is not of partition ${entry.partition}`)
    const { reservationId, entryId } = entry.data as { reservationId?: string; entryId?: string }
    for (const id of [reservationId, entryId])
      if (id !== undefined && !id.startsWith(`${showId}.`)) wrong(`${id} is not of this show`)
    this.checkVersion(entry, showId)
    let show = this.shows.get(showId)
    if (!show) {
      show = this.kind.open(showId, (invariant, offset, detail) => this.report(invariant, offset, detail, showId))
      this.shows.set(showId, show)
    }
    if (!this.unreadable.has(showId)) show.apply(entry, this.sources.planOf)
  }

  private checkVersion(entry: LogEntry, showId: string): void {
    const expected = (this.versions.get(showId) ?? 0) + 1
    const version = numberIn(entry, 'stream-version')
    if (version !== expected) {
      this.report('stream-gap', entry.offset, `version ${version ?? 'missing'}, expected ${expected}`, showId)
      this.gaps += 1
    }
    this.versions.set(showId, version ?? expected)
  }

  private report(invariant: Invariant, offset: number, detail: string, show: string | null): void {
    if (invariant === 'command-not-decided') this.gaps += 1
    this.violations.push({
      invariant,
      journal: this.kind.journal,
      show,
      partition: this.sources.partition,
      offset,
      detail,
    })
  }
}
