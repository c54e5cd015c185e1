import type { Codec } from '@onsale/platform/codec'
import {
  header,
  headerText,
  type LogReader,
  type OwnedRecord,
  type OwnerLog,
  openOwnerLog,
  ownerClaimedName,
  type RawRecord,
  startLogReader,
  type TopicNames,
} from '@onsale/platform/log'
import { systemIds } from '@onsale/platform/ports'
import { type HoldSeats, recordName, type SeatsHeld } from '@onsale/schemas'
import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'

export interface ScriptedOwnerOptions {
  kafka: Kafka
  codec: Codec
  topics: TopicNames
  partition: number
  logger: Logger
}

/** Owns a partition on a real broker as a decider would, and holds whatever it is asked to hold. */
export class ScriptedOwner {
  readonly claimId = systemIds.uuid()
  /** Command ids in the order in which they arrived, repeats included. */
  readonly seen: string[] = []
  private readonly first = new Map<string, number>()
  private log!: OwnerLog
  private reader!: LogReader

  constructor(private readonly options: ScriptedOwnerOptions) {}

  async start({ answering = true, from = 0 } = {}): Promise<this> {
    const { kafka, topics, partition, logger } = this.options
    this.log = await openOwnerLog({
      kafka,
      transactionalId: `${topics.events}.${partition}.${this.claimId}`,
      eventsTopic: topics.events,
      parkedTopic: topics.parked,
      partition,
    })
    const claim = { claimId: this.claimId, owner: 'scripted', nextCommandOffset: 0, claimedAt: 1 }
    await this.log.append([this.record(ownerClaimedName, claim, null)])
    this.reader = await startLogReader({
      kafka,
      topic: topics.commands,
      name: 'scripted-owner',
      from: [{ partition, offset: from }],
      logger,
      maxWaitMs: 20,
      onBatch: async ({ records }) => {
        for (const record of records) {
          this.seen.push(headerText(record, header.commandId) as string)
          if (answering) await this.answer(record)
        }
      },
    })
    return this
  }

  async stop(): Promise<void> {
    await this.reader.stop()
    await this.log.close()
  }

  async answer(command: RawRecord): Promise<void> {
    const commandId = headerText(command, header.commandId) as string
    const firstOffset = this.first.get(commandId)
    if (firstOffset !== undefined) {
      const repeated = {
        commandId,
        commandType: 'HoldSeats',
        subject: command.key,
        callerId: null,
        firstOffset,
        decidedAt: 1,
      }
      await this.log.append([this.record(recordName.CommandRepeated, repeated, command)])
      return
    }
    const { data } = await this.options.codec.decode(command.value as Buffer)
    const { baseOffset } = await this.log.append([this.record(recordName.SeatsHeld, held(data as HoldSeats), command)])
    this.first.set(commandId, baseOffset)
  }

  private record(name: string, data: unknown, command: RawRecord | null): OwnedRecord {
    return {
      key: command?.key ?? 'owner',
      value: this.options.codec.encode(name, data),
      headers: {
        [header.id]: systemIds.uuid(),
        [header.type]: name,
        [header.claimId]: this.claimId,
        [header.time]: '2026-01-01T00:00:00.000Z',
        ...(command
          ? {
              [header.subject]: command.key as string,
              [header.commandId]: headerText(command, header.commandId) as string,
              [header.causationId]: headerText(command, header.id) as string,
              [header.commandOffset]: String(command.offset),
              [header.commandRecords]: '1',
              [header.streamVersion]: '1',
            }
          : {}),
      },
    }
  }
}

function held({ showId, reservationId, customerId, seats }: HoldSeats): SeatsHeld {
  return {
    showId,
    reservationId,
    customerId,
    seats: seats.map((seat) => ({ seat, category: 'front', priceMinor: 100 })),
    areas: [],
    currency: 'EUR',
    totalMinor: 100 * seats.length,
    notes: [],
    admissionId: null,
    heldAt: 1,
    expiresAt: 2,
  }
}
