import type { Codec } from '@onsale/platform/codec'
import {
  type ContextTopics,
  firstOffsetIn,
  header,
  logEnds,
  type ParkedRecord,
  type RawRecord,
  startLogReader,
  topicNames,
} from '@onsale/platform/log'
import type { Clock, Ids } from '@onsale/platform/ports'
import { type Kafka, Partitioners } from 'kafkajs'
import type { Logger } from 'pino'
import { toEnvelope, type Unreadable } from '../records.js'
import { foldParked, type ParkedCommand, type ParkedDecision, toDecisionRecord } from './parked-record.js'

export interface ParkedCommandsOptions {
  kafka: Kafka
  env: string
  /** Whose commands: those of shows where it is left out, or those of waiting rooms. */
  of?: 'reservation' | 'queue'
  codec: Codec
  clock: Clock
  ids: Ids
  logger: Logger
}

/** Where a parked command lay in the commands topic. */
export interface CommandPlace {
  partition: number
  offset: number
}

export interface ShownCommand {
  command: ParkedCommand
  /** Why this build can't read it either; null where it can. */
  unreadable: Unreadable | null
  /** What it holds, where it can be read. */
  data: unknown
}

/** What an operator asked for can't be done: `message` says why, and nothing was changed. */
export class ParkedCommandError extends Error {}

/** What an operator sees of the commands that could not be read, and decides about them. */
export class ParkedCommands {
  private readonly topics: ContextTopics

  constructor(private readonly options: ParkedCommandsOptions) {
    const topics = topicNames(options.env)
    this.topics = options.of === 'queue' ? topics.queue : topics
  }

  /** Those without a decision, or all of them; in the order of their partitions. */
  async list({ decided = false } = {}): Promise<ParkedCommand[]> {
    const commands = foldParked(await this.read())
    return decided ? commands : commands.filter(({ decision }) => decision === null)
  }

  /** @throws ParkedCommandError */
  async show(place: CommandPlace): Promise<ShownCommand> {
    const command = await this.find(place)
    const { envelope, unreadable } = await toEnvelope(this.options.codec, asRaw(command))
    return { command, unreadable, data: envelope.data }
  }

  /**
   * Appends the command once more, bytes and headers as they were, so also its idempotency identity: however often it is
   * redriven, it is done once. New are its ce_id and its causation, and its deadline is gone: the one who waited has left.
   * The command goes first and the record of it second: what stops between the two looks undecided, and may be done again.
   * @throws ParkedCommandError where it is decided already, or can't be read by this build either
   */
  async redrive(place: CommandPlace, by: string): Promise<{ id: string; offset: number }> {
    const { command, unreadable } = await this.show(place)
    refuseDecided(command)
    if (unreadable !== null)
      throw new ParkedCommandError(`${name(place)} can't be read now either (${unreadable}); it would be parked again`)
    const { ids, clock } = this.options
    const id = ids.uuid()
    const { [header.deadline]: _, ...headers } = command.headers
    const { partition, key, value } = command
    const offset = await this.append(this.topics.commands, partition, {
      key,
      value,
      headers: { ...headers, [header.id]: id, [header.causationId]: command.id },
    })
    await this.decide(command, { kind: 'redriven', by, at: clock.now(), reason: null, offset })
    return { id, offset }
  }

  /** It stays where it is, with the record of who gave it up and why (a code). @throws ParkedCommandError */
  async drop(place: CommandPlace, by: string, reason: string): Promise<void> {
    const command = await this.find(place)
    refuseDecided(command)
    await this.decide(command, { kind: 'dropped', by, at: this.options.clock.now(), reason, offset: null })
  }

  private async find(place: CommandPlace): Promise<ParkedCommand> {
    const commands = foldParked(await this.read())
    const found = commands.find(({ partition, offset }) => partition === place.partition && offset === place.offset)
    if (!found) throw new ParkedCommandError(`no command is parked from ${name(place)}`)
    return found
  }

  private async decide(command: ParkedCommand, decision: ParkedDecision): Promise<void> {
    await this.append(
      this.topics.parked,
      command.partition,
      toDecisionRecord(command, this.options.ids.uuid(), decision),
    )
  }

  private async append(topic: string, partition: number, record: ParkedRecord): Promise<number> {
    const producer = this.options.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    })
    try {
      await producer.connect()
      return firstOffsetIn(await producer.send({ topic, acks: -1, messages: [{ ...record, partition }] }), partition)
    } finally {
      await producer.disconnect().catch(() => {})
    }
  }

  /** Everything that the topic has now. */
  private async read(): Promise<RawRecord[]> {
    const { kafka, logger } = this.options
    const admin = kafka.admin()
    await admin.connect()
    const ends = await logEnds(admin, this.topics.parked).finally(() => admin.disconnect())
    const unread = new Map([...ends].filter(([, { start, end }]) => end > start))
    const records: RawRecord[] = []
    if (unread.size === 0) return records
    const { promise: done, resolve: finish } = Promise.withResolvers<void>()
    const reader = await startLogReader({
      kafka,
      topic: this.topics.parked,
      name: 'parked-commands',
      from: [...unread].map(([partition, { start }]) => ({ partition, offset: start })),
      logger,
      async onBatch(batch) {
        records.push(...batch.records)
        if (batch.nextOffset >= (ends.get(batch.partition)?.end ?? 0)) unread.delete(batch.partition)
        if (unread.size === 0) finish()
      },
    })
    const death = await Promise.race([done.then(() => null), reader.failed])
    await reader.stop()
    if (death) throw death
    return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset)
  }
}

function refuseDecided({ decision, partition, offset }: ParkedCommand): void {
  if (decision)
    throw new ParkedCommandError(
      `${name({ partition, offset })} was ${decision.kind} by ${decision.by} at ${new Date(decision.at).toISOString()}`,
    )
}

const name = ({ partition, offset }: CommandPlace) => `${partition}/${offset}`

const asRaw = ({ partition, offset, key, value, headers, appendedAt }: ParkedCommand): RawRecord => ({
  topic: '',
  ...{ partition, offset, key, value, headers, appendedAt },
})
