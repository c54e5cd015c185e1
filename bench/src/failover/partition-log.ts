import type { FoldableRecord, ShowCommand } from '@onsale/domain'
import type { Stack } from '@onsale/infra'
import { type Codec, createCodec } from '@onsale/platform/codec'
import { createKafka, header, logEnds, type RawRecord, type TopicNames, topicNames } from '@onsale/platform/log'
import { systemIds } from '@onsale/platform/ports'
import { createLogger } from '@onsale/platform/telemetry'
import { type Admin, type Kafka, Partitioners, type Producer } from 'kafkajs'
import type { Logger } from 'pino'
import { partition } from './settings.js'

/** Acknowledged, and where it lies. */
export interface SentCommand {
  command: ShowCommand
  record: RawRecord
}

/** One partition's commands and events, from outside. */
export class PartitionLog {
  private constructor(
    readonly env: string,
    readonly topics: TopicNames,
    readonly kafka: Kafka,
    readonly codec: Codec,
    readonly logger: Logger,
    private readonly admin: Admin,
    private readonly producer: Producer,
  ) {}

  static async open({ connection: { env, variables } }: Stack): Promise<PartitionLog> {
    const logger = createLogger({ service: 'bench', instance: 'bench', level: 'silent' })
    const brokers = (variables.ONSALE_KAFKA_BROKERS ?? '').split(',')
    const kafka = createKafka({ brokers, clientId: 'bench' }, logger)
    const codec = await createCodec({
      env,
      registryUrl: variables.ONSALE_REGISTRY_URL as string,
      bundleFile: variables.ONSALE_SCHEMA_BUNDLE as string,
      logger,
    })
    const admin = kafka.admin()
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    await Promise.all([admin.connect(), producer.connect()])
    return new PartitionLog(env, topicNames(env), kafka, codec, logger, admin, producer)
  }

  /** Appends commands as the ingress does, in one batch. */
  async send(commands: readonly ShowCommand[]): Promise<SentCommand[]> {
    const now = Date.now()
    const messages = commands.map((command) => ({
      key: command.data.showId,
      partition,
      value: this.codec.encode(`onsale.reservation.commands.${command.type}`, command.data),
      headers: {
        [header.id]: systemIds.uuid(),
        [header.type]: `onsale.reservation.commands.${command.type}`,
        [header.subject]: command.data.showId,
        [header.commandId]: systemIds.uuid(),
        [header.bodyHash]: 'b'.repeat(64),
        [header.callerId]: 'bench',
        [header.time]: new Date(now).toISOString(),
        [header.specVersion]: '1.0',
      },
    }))
    const topic = this.topics.commands
    const [answer] = await this.producer.send({ topic, acks: -1, messages })
    const first = Number(answer?.baseOffset)
    return messages.map(({ key, value, headers }, at) => ({
      command: commands[at] as ShowCommand,
      record: { topic, partition, offset: first + at, key, value, headers, appendedAt: now },
    }))
  }

  async ends(): Promise<{ commands: number; events: number }> {
    const [commands, events] = await Promise.all(
      [this.topics.commands, this.topics.events].map(
        async (topic) => (await logEnds(this.admin, topic)).get(partition)?.end ?? 0,
      ),
    )
    return { commands: commands as number, events: events as number }
  }

  async close(): Promise<void> {
    await Promise.all([this.admin.disconnect(), this.producer.disconnect()])
  }
}

/** What a fold reads of a claim. */
export const foldableClaim = (claimId: string, offset: number): FoldableRecord => ({
  offset,
  type: 'OwnerClaimed',
  data: { claimId },
  ...{ subject: null, streamVersion: null, claimId, commandId: null, commandOffset: null, bodyHash: null, time: 0 },
})
