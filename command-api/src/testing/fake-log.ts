import { localCodec } from '@onsale/platform/codec'
import {
  type Append,
  AppendUnknownError,
  type CountedRecord,
  type Cursor,
  header,
  type JournalBatch,
  type LogReader,
  type RawRecord,
} from '@onsale/platform/log'
import { recordName } from '@onsale/schemas'
import type { AnswerLog } from '../ingress/answer-tail.js'

export const topic = 'test.reservation.events'
const claimId = 'claim-1'

/** What a decider would leave for a command: record name and data, the answer first. */
export type Decide = (append: Append) => { name: string; data: unknown }[]

/**
 * Commands and journal in memory: an append is answered at once by `decide`, or later by `answer`, as a test likes.
 * Repeats are told by the command-id, as the decider tells them.
 */
export class FakeLog implements AnswerLog {
  readonly codec = localCodec()
  readonly appended: Append[] = []
  readonly journal: RawRecord[][]
  readonly reads: string[] = []
  decide: Decide | null = null
  failAppends = false
  /** Held back until it resolves: the broker's acknowledgement. */
  acknowledgement: Promise<void> = Promise.resolve()
  startAt: Cursor[]
  opened: Cursor[][] = []
  private deliver: ((batch: JournalBatch) => Promise<void>) | null = null
  private die: ((error: Error) => void) | null = null

  constructor(readonly partitions = 4) {
    this.journal = Array.from({ length: partitions }, () => [])
    this.startAt = this.journal.map((_, partition) => ({ partition, offset: 0, claimId: null }))
  }

  async append(append: Append): Promise<{ offset: number }> {
    this.codec.encode(append.name, append.data)
    if (this.failAppends) throw new AppendUnknownError('no acknowledgement')
    this.appended.push(append)
    if (this.decide) await this.answer(append, this.decide(append))
    await this.acknowledgement
    return { offset: this.appended.length - 1 }
  }

  /** Appends what answers the command, and delivers it. */
  async answer({ partition, headers, key }: Append, records: { name: string; data: unknown }[]): Promise<RawRecord[]> {
    const log = this.journal[partition] as RawRecord[]
    const added = records.map(
      ({ name, data }, at): RawRecord => ({
        topic,
        partition,
        offset: log.length + at,
        key,
        value: this.codec.encode(name, data),
        appendedAt: 1,
        headers: {
          [header.type]: name,
          [header.claimId]: Buffer.from(claimId),
          [header.subject]: key,
          [header.time]: '2026-01-01T00:00:00.000Z',
          [header.commandId]: headers[header.commandId],
          [header.causationId]: Buffer.from(headers[header.id] as string),
          [header.callerId]: headers[header.callerId],
          ...(at === 0 ? { [header.commandRecords]: String(records.length) } : {}),
        },
      }),
    )
    log.push(...added)
    await this.deliverNow(partition, added)
    return added
  }

  /** First offset of an answer to the same command id, where there is one. */
  firstAnswer(append: Append): number | null {
    const same = (this.journal[append.partition] as RawRecord[]).find(
      ({ headers }) => headers[header.commandId] === append.headers[header.commandId],
    )
    return same?.offset ?? null
  }

  repeated({ headers, key }: Append, firstOffset: number) {
    return {
      name: recordName.CommandRepeated,
      data: {
        commandId: headers[header.commandId],
        commandType: 'HoldSeats',
        subject: key,
        callerId: headers[header.callerId],
        firstOffset,
        decidedAt: 1,
      },
    }
  }

  rejected({ headers, key }: Append, reason: string, ...details: string[]) {
    return {
      name: recordName.CommandRejected,
      data: {
        commandId: headers[header.commandId],
        commandType: 'HoldSeats',
        subject: key,
        callerId: headers[header.callerId],
        reason,
        details,
        remembered: true,
        decidedAt: 1,
      },
    }
  }

  async start(): Promise<Cursor[]> {
    return this.startAt
  }

  async ends(): Promise<Map<number, number>> {
    return new Map(this.journal.map((records, partition) => [partition, records.length]))
  }

  async open(cursors: Cursor[], onBatch: (batch: JournalBatch) => Promise<void>): Promise<LogReader> {
    this.opened.push(cursors.map((cursor) => ({ ...cursor })))
    this.deliver = onBatch
    for (const { partition, offset } of cursors) {
      await this.deliverNow(partition, (this.journal[partition] as RawRecord[]).slice(offset))
    }
    const { promise: failed, resolve } = Promise.withResolvers<Error>()
    this.die = resolve
    return {
      failed,
      stop: async () => {
        this.deliver = null
      },
    }
  }

  kill(error: Error): void {
    this.die?.(error)
  }

  async readAt(partition: number, offset: number): Promise<RawRecord | null> {
    this.reads.push(`${partition}:${offset}`)
    return this.journal[partition]?.[offset] ?? null
  }

  private async deliverNow(partition: number, records: RawRecord[]): Promise<void> {
    const endOffset = (this.journal[partition] as RawRecord[]).length
    await this.deliver?.({
      partition,
      records: records.map((record): CountedRecord => ({ ...record, claimId })),
      cursor: { partition, offset: endOffset, claimId },
      endOffset,
    })
  }
}
