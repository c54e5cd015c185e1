import type { ClientBroker } from './client-broker.js'
import { kafkajsCode, type Retrier } from './kafkajs-code.js'

interface Metadata {
  topicMetadata: { topic: string; partitionMetadata: { partitionId: number; leader: number }[] }[]
}

interface OffsetsWanted {
  topic: string
  fromBeginning: boolean
  partitions: { partition: number }[]
}

/** What kafkajs's producers, consumers and admins ask of a cluster, over one broker. */
export class ClientCluster {
  /** As kafkajs reads it. */
  readonly retry: object
  private readonly retrier: Retrier
  private readonly targetTopics = new Set<string>()
  private known: Metadata | null = null
  private refreshing: Promise<void> | null = null
  private disconnected = false

  constructor(
    private readonly broker: ClientBroker,
    retry: object,
    private readonly offsetsByGroup: Map<string, Record<string, Record<string, string>>>,
  ) {
    this.retry = retry
    this.retrier = kafkajsCode.createRetry(retry)
  }

  isConnected(): boolean {
    return this.broker.connected
  }

  connect(): Promise<void> {
    this.disconnected = false
    return this.retrier((bail) =>
      this.broker.connect().catch((error) => {
        if (this.disconnected) bail(error)
        throw error
      }),
    )
  }

  async disconnect(): Promise<void> {
    this.disconnected = true
    this.broker.connected = false
  }

  removeBroker(): void {}

  async refreshMetadata(): Promise<void> {
    this.refreshing ??= this.fetchMetadata().finally(() => {
      this.refreshing = null
    })
    await this.refreshing
  }

  async refreshMetadataIfNecessary(): Promise<void> {
    const { known } = this
    const complete =
      known && [...this.targetTopics].every((topic) => known.topicMetadata.some((one) => one.topic === topic))
    if (!complete) await this.refreshMetadata()
  }

  addTargetTopic(topic: string): Promise<void> {
    return this.addMultipleTargetTopics([topic])
  }

  async addMultipleTargetTopics(topics: string[]): Promise<void> {
    const before = this.targetTopics.size
    for (const topic of topics) this.targetTopics.add(topic)
    if (before !== this.targetTopics.size || !this.known) await this.refreshMetadata()
  }

  getNodeIds(): string[] {
    return [this.broker.nodeId]
  }

  async findBroker(): Promise<ClientBroker> {
    if (!this.broker.connected) await this.connect()
    return this.broker
  }

  findControllerBroker(): Promise<ClientBroker> {
    return this.findBroker()
  }

  findGroupCoordinator(): Promise<ClientBroker> {
    return this.findBroker()
  }

  findTopicPartitionMetadata(topic: string): Metadata['topicMetadata'][number]['partitionMetadata'] {
    return this.known?.topicMetadata.find((one) => one.topic === topic)?.partitionMetadata ?? []
  }

  findLeaderForPartitions(_: string, partitions: (number | string)[]): Record<string, number[]> {
    return { [this.broker.nodeId]: partitions.map(Number) }
  }

  defaultOffset({ fromBeginning }: { fromBeginning: boolean }): number {
    return fromBeginning ? -2 : -1
  }

  async fetchTopicsOffset(topics: OffsetsWanted[]): Promise<object> {
    const broker = await this.findBroker()
    const wanted = topics.map(({ topic, partitions, fromBeginning }) => ({
      topic,
      partitions: partitions.map(({ partition }) => ({ partition, timestamp: this.defaultOffset({ fromBeginning }) })),
    }))
    const { responses } = (await broker.listOffsets({ topics: wanted })) as { responses: object }
    return responses
  }

  committedOffsets({ groupId }: { groupId: string }): Record<string, Record<string, string>> {
    let offsets = this.offsetsByGroup.get(groupId)
    if (!offsets) {
      offsets = {}
      this.offsetsByGroup.set(groupId, offsets)
    }
    return offsets
  }

  private async fetchMetadata(): Promise<void> {
    const broker = await this.findBroker()
    // As kafkajs's BrokerPool does.
    await this.retrier(async (bail) => {
      try {
        this.known = (await broker.metadata([...this.targetTopics])) as Metadata
      } catch (error) {
        if ((error as { type?: string }).type === 'LEADER_NOT_AVAILABLE') throw error
        bail(error as Error)
      }
    })
  }
}
