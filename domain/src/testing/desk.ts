import type { IdempotencyBounds } from '../idempotency/idempotency.js'
import { Partition, type PartitionOptions } from '../partition/partition.js'
import type { CommandEnvelope, DecidedRecord, FoldableRecord } from '../partition/records.js'
import { type Shows, showStreams } from '../partition/shows.js'
import type { AdmissionVerifier } from '../show/admission.js'
import type { ShowCommand } from '../show/commands.js'
import { opens, planNamedBy, showId, uuid } from './fixtures.js'

export const bodyHash = (n: number): string => n.toString(16).padStart(8, '0').repeat(8)

/** In specs the text of an admission is its own proof. */
export const provenByText: AdmissionVerifier = (text, proof) => proof === text

const plans = (planHash: string) => planNamedBy({ data: { planHash } })
/** So few keys that runs reach the bounds. */
const fewKeys: IdempotencyBounds = { maxAccepted: 16, maxRejected: 16 }

/**
 * A decider without Kafka: decides what it is asked, commits when told, and keeps the journal as a topic would: with claims,
 * and with the gaps that transaction markers leave.
 */
export class Desk {
  readonly partition: Partition<Shows>
  readonly journal: FoldableRecord[] = []
  private batch: DecidedRecord[] = []
  private end = 0
  private commands = 0

  constructor(private readonly bounds = fewKeys) {
    this.partition = this.open()
    this.claim('claim-1')
  }

  claim(claimId: string): void {
    const record = {
      ...ofNoCommand,
      offset: this.end,
      type: 'OwnerClaimed',
      data: { claimId },
      subject: null,
      claimId,
      time: 0,
    }
    this.end += 2
    this.journal.push(record)
    this.partition.fold(record)
  }

  /** Decides one command as the room does, and gives the records that it left; the answer is the first of `commandOffset`. */
  ask(
    command: Partial<CommandEnvelope> & Pick<CommandEnvelope, 'type' | 'data'>,
    wallNow = command.appendedAt ?? opens,
  ): DecidedRecord[] {
    const offset = this.commands++
    const envelope: CommandEnvelope = {
      offset,
      appendedAt: opens,
      subject: showId,
      commandId: uuid(offset),
      bodyHash: bodyHash(offset),
      callerId: 'ann',
      deadline: null,
      ...command,
    }
    if (this.partition.needsFlushBefore(envelope)) this.commit()
    const records: DecidedRecord[] = []
    for (;;) {
      const decided = this.partition.decide(envelope, wallNow)
      this.take(decided.records)
      records.push(...decided.records)
      if (decided.answered) return records
    }
  }

  tick(wallNow: number, limit = 4): DecidedRecord[] {
    const records = this.partition.tick(wallNow, limit)
    this.take(records)
    return records
  }

  windDown(limit: number): DecidedRecord[] {
    const records = this.partition.windDown(limit)
    this.take(records)
    return records
  }

  commit(): void {
    if (this.batch.length === 0) return
    const base = this.end
    for (const { event, commandRecords: _, callerId: __, ...meta } of this.batch) {
      this.journal.push({
        ...meta,
        type: event.type,
        data: event.data,
        offset: this.end++,
        claimId: this.partition.claimId!,
      })
    }
    this.end++
    this.batch = []
    this.partition.committed(base)
  }

  /** What a standby makes of the journal, having read it as bytes. */
  standby(journal = this.journal): Partition<Shows> {
    const partition = this.open()
    for (const record of JSON.parse(JSON.stringify(journal)) as FoldableRecord[]) partition.fold(record)
    return partition
  }

  get options(): PartitionOptions<Shows> {
    return { partition: 3, streams: showStreams(plans, provenByText), idempotency: this.bounds, dueLimit: 3 }
  }

  private open(): Partition<Shows> {
    return new Partition(this.options)
  }

  private take(records: DecidedRecord[]): void {
    this.partition.apply(records)
    this.batch.push(...records)
  }
}

const ofNoCommand = { commandId: null, commandOffset: null, bodyHash: null, streamVersion: null }

export function asked(command: ShowCommand, more: Partial<CommandEnvelope> = {}) {
  return { type: command.type, data: command.data, ...more }
}
