import { type Network, NoReplyError, type Replies, type SimProcess } from '../kernel/index.js'
import { BrokerError } from './broker-error.js'
import type { Joined } from './groups.js'
import type { FetchReply, FetchRequest, KafkaServer, ProduceRequest } from './kafka-server.js'
import { kafkajsCode } from './kafkajs-code.js'

const { errors, errorCodes } = kafkajsCode
const host = 'kafka'
const port = 9092

/** The server as kafkajs's code sees a broker: each method is one request. */
export class ClientBroker {
  readonly nodeId = '0'
  connected = false

  constructor(
    private readonly server: KafkaServer,
    private readonly network: Network,
    private readonly process: SimProcess,
    private readonly timeoutMs: number,
  ) {}

  isConnected(): boolean {
    return this.connected
  }

  async connect(): Promise<void> {
    if (this.connected) return
    await this.request('connect', false, ({ resolve }) => resolve(null))
    this.connected = true
  }

  metadata(topics: string[]): Promise<object> {
    return this.call('Metadata', false, () => {
      // kafkajs takes no metadata in which a partition has no leader.
      const headless = topics.flatMap((topic) => this.server.partitions(topic)).find(({ leaderAway }) => leaderAway)
      if (headless) throw headless.error('LEADER_NOT_AVAILABLE')
      return this.describe(topics)
    })
  }

  private describe(topics: string[]): object {
    return {
      controllerId: 0,
      brokers: [{ nodeId: 0, host, port, rack: null }],
      topicMetadata: topics.map((topic) => ({
        topic,
        partitionMetadata: this.server.partitions(topic).map(({ partition }) => ({
          partitionErrorCode: 0,
          partitionId: partition,
          leader: 0,
          replicas: [0],
          isr: [0],
          offlineReplicas: [],
        })),
      })),
    }
  }

  initProducerId({ transactionalId, transactionTimeout }: { transactionalId?: string; transactionTimeout: number }) {
    return this.call('InitProducerId', false, () =>
      this.server.transactions.initProducerId(transactionalId, transactionTimeout),
    )
  }

  addPartitionsToTxn(request: {
    transactionalId: string
    producerId: number
    producerEpoch: number
    topics: { topic: string; partitions: (number | string)[] }[]
  }) {
    const { transactionalId, producerId, producerEpoch } = request
    return this.call('AddPartitionsToTxn', false, () => {
      const logs = request.topics.flatMap(({ topic, partitions }) =>
        partitions.map((partition) => this.server.log(topic, Number(partition))),
      )
      this.server.transactions.addPartitions(transactionalId, producerId, producerEpoch, logs)
      return { errors: [] }
    })
  }

  endTxn(request: { transactionalId: string; producerId: number; producerEpoch: number; transactionResult: boolean }) {
    const { transactionalId, producerId, producerEpoch, transactionResult } = request
    return this.call('EndTxn', true, () => {
      this.server.transactions.endTxn(transactionalId, producerId, producerEpoch, transactionResult)
      return {}
    })
  }

  produce(request: ProduceRequest) {
    return this.call('Produce', true, () => this.server.produce(request))
  }

  fetch(request: FetchRequest): Promise<FetchReply> {
    return this.request('Fetch', false, (replies) => this.server.fetch(request, replies))
  }

  joinGroup(request: {
    groupId: string
    memberId: string
    sessionTimeout: number
    rebalanceTimeout: number
    groupProtocols: { name: string; metadata: Buffer }[]
  }): Promise<Joined> {
    return this.request('JoinGroup', false, (replies) => this.server.groups.join(request, this.server.held(replies)))
  }

  syncGroup(request: {
    groupId: string
    memberId: string
    generationId: number
    groupAssignment: { memberId: string; memberAssignment: Buffer }[]
  }): Promise<{ memberAssignment: Buffer }> {
    return this.request('SyncGroup', false, (replies) => this.server.groups.sync(request, this.server.held(replies)))
  }

  heartbeat(request: { groupId: string; memberId: string; groupGenerationId: number }) {
    return this.call('Heartbeat', false, () => this.server.groups.heartbeat(request))
  }

  leaveGroup(request: { groupId: string; memberId: string }) {
    return this.call('LeaveGroup', false, () => this.server.groups.leave(request))
  }

  describeGroups({ groupIds }: { groupIds: string[] }): Promise<object> {
    return this.call('DescribeGroups', false, () => ({
      groups: groupIds.map((groupId) => this.server.groups.describe(groupId)),
    }))
  }

  offsetFetch({ groupId, topics }: OffsetRequest): Promise<object> {
    return this.call('OffsetFetch', false, () => ({
      responses: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({
          partition,
          offset: this.server.groups.offset(groupId, topic, partition),
        })),
      })),
    }))
  }

  offsetCommit({ groupId, topics }: OffsetRequest): Promise<object> {
    return this.call('OffsetCommit', false, () => {
      for (const { topic, partitions } of topics)
        for (const { partition, offset } of partitions)
          this.server.groups.commit(groupId, topic, partition, `${offset}`)
      return {}
    })
  }

  listOffsets({ topics }: { topics: Parameters<KafkaServer['listOffsets']>[0] }): Promise<object> {
    return this.call('ListOffsets', false, () => this.server.listOffsets(topics))
  }

  private call<T>(name: string, changes: boolean, work: () => T): Promise<T> {
    return this.request<T>(name, changes, ({ resolve }) => resolve(work()))
  }

  private async request<T>(name: string, changes: boolean, work: (replies: Replies<T>) => void): Promise<T> {
    const { process: from, server: to, timeoutMs } = this
    try {
      return await this.network.request<T>({ from, to, name, timeoutMs, changes }, (replies) => {
        try {
          work(replies)
        } catch (error) {
          replies.reject(error as Error)
        }
      })
    } catch (error) {
      throw this.asKafkajs(error as Error, name)
    }
  }

  private asKafkajs(error: Error, name: string): Error {
    if (error instanceof BrokerError) {
      const protocol = new errors.KafkaJSProtocolError(codeOf(error.type))
      return error.type === 'OFFSET_OUT_OF_RANGE' && error.at
        ? new errors.KafkaJSOffsetOutOfRange(protocol, error.at)
        : protocol
    }
    if (!(error instanceof NoReplyError)) return error
    const broker = `${host}:${port}`
    if (error.kind === 'timeout') return new errors.KafkaJSRequestTimeoutError(`Request ${name} timed out`, { broker })
    this.connected = false
    if (error.kind === 'closed') return new errors.KafkaJSConnectionClosedError('Closed connection', { host, port })
    return new errors.KafkaJSConnectionError('Connection error', { broker, code: 'ECONNREFUSED' })
  }
}

interface OffsetRequest {
  groupId: string
  topics: { topic: string; partitions: { partition: number; offset?: string | number }[] }[]
}

function codeOf(type: string): object {
  const code = errorCodes.find((one) => one.type === type)
  if (!code) throw new Error(`kafkajs knows no error ${type}`)
  return code
}
