import type { Admin } from 'kafkajs'
import type { Timers } from '../ports/index.js'
import { BrokerConnection, ConnectionLostError, type Request } from './connection.js'
import {
  deleteRequest,
  errorCode,
  type Fetched,
  fetchRequest,
  markerRequest,
  offsetRequest,
  passing,
  produceRequest,
  producerIdRequest,
  readDeleted,
  readFetched,
  readMarked,
  readOffset,
  readProduced,
  readProducerId,
} from './requests.js'

export interface RawPartition {
  topic: string
  partition: number
}

/** The log does not have the offset (any more). */
export class OffsetOutOfRangeError extends Error {}

interface RawLogOptions {
  /** Connected by whoever gives it. */
  admin: Admin
  clientId: string
  timers: Timers
}

const patienceMs = 10_000
const mostTries = 8

/**
 * The log as Kafka keeps it, batch by batch, with its offsets and times: for copying it, and for looking something up from its end.
 * Reads see what is committed. Whoever appends here must be alone with the partition: an append that was not acknowledged may be there.
 */
export class RawLog {
  private readonly connections = new Map<string, Promise<BrokerConnection>>()
  private readonly leaders = new Map<string, { host: string; port: number }>()
  private producerId: number | null = null

  constructor(private readonly options: RawLogOptions) {}

  async close(): Promise<void> {
    for (const connection of this.connections.values()) (await connection.catch(() => null))?.close()
    this.connections.clear()
  }

  /** @throws OffsetOutOfRangeError */
  async fetch(of: RawPartition, offset: number, how: { maxBytes: number; maxWaitMs?: number }): Promise<Fetched> {
    const request = fetchRequest(of.topic, of.partition, offset, { maxWaitMs: 0, ...how })
    const fetched = await this.retried(of, request, readFetched)
    if (fetched.error === errorCode.offsetOutOfRange)
      throw new OffsetOutOfRangeError(`${of.topic}/${of.partition} does not have the offset ${offset}`)
    return fetched
  }

  /** The first offset that is there, the end of what is committed, and the end of all. */
  async ends(of: RawPartition): Promise<{ start: number; committed: number; end: number }> {
    const ask = (which: -1 | -2, isolation: 'committed' | 'uncommitted') =>
      this.retried(of, offsetRequest(of.topic, of.partition, which, isolation), readOffset)
    const [start, committed, end] = [
      await ask(-2, 'uncommitted'),
      await ask(-1, 'committed'),
      await ask(-1, 'uncommitted'),
    ]
    return { start: start.offset, committed: committed.offset, end: end.offset }
  }

  /** Once: whether it was appended is for the caller to look at when it throws. */
  async append(of: RawPartition, batch: Buffer): Promise<{ baseOffset: number }> {
    const request = produceRequest(of.topic, of.partition, batch, patienceMs)
    return this.checked(of, readProduced(await (await this.leader(of)).ask(request)))
  }

  /** Appends the end of a transaction with nothing in it: one offset that no reader sees. As `append`, once. */
  async appendMarker(of: RawPartition): Promise<void> {
    this.producerId ??= (await this.retried(of, producerIdRequest, readProducerId)).producerId
    const request = markerRequest(of.topic, of.partition, this.producerId)
    this.checked(of, readMarked(await (await this.leader(of)).ask(request)))
  }

  /** Takes away what lies before the offset: the partition begins there. */
  async deleteBefore(of: RawPartition, offset: number): Promise<void> {
    this.checked(of, await this.retried(of, deleteRequest(of.topic, of.partition, offset, patienceMs), readDeleted))
  }

  private async retried<Answer extends { error: number }>(
    of: RawPartition,
    request: Request,
    read: (answer: Awaited<ReturnType<BrokerConnection['ask']>>) => Answer,
  ): Promise<Answer> {
    for (let tries = 1, pauseMs = 20; ; tries += 1, pauseMs = Math.min(pauseMs * 2, 2_000)) {
      try {
        const answer = read(await (await this.leader(of)).ask(request))
        return answer.error === errorCode.offsetOutOfRange ? answer : this.checked(of, answer)
      } catch (error) {
        const mayPass = error instanceof ConnectionLostError || error instanceof PassingError
        if (!mayPass || tries === mostTries) throw error
        this.leaders.clear()
        await this.options.timers.sleep(pauseMs)
      }
    }
  }

  private checked<Answer extends { error: number }>({ topic, partition }: RawPartition, answer: Answer): Answer {
    if (answer.error === errorCode.none) return answer
    const Kind = passing.has(answer.error) ? PassingError : Error
    if (Kind === PassingError) this.leaders.clear()
    throw new Kind(`kafka answers ${topic}/${partition} with its error ${answer.error}`)
  }

  private async leader({ topic, partition }: RawPartition): Promise<BrokerConnection> {
    const of = `${topic}/${partition}`
    const address = this.leaders.get(of) ?? (await this.find(topic, partition))
    this.leaders.set(of, address)
    const at = `${address.host}:${address.port}`
    const known = await this.connections.get(at)?.catch(() => null)
    if (known && !known.isLost) return known
    const opening = BrokerConnection.open(address, this.options.clientId, patienceMs)
    this.connections.set(at, opening)
    return opening
  }

  private async find(topic: string, partition: number): Promise<{ host: string; port: number }> {
    const { admin } = this.options
    const [metadata, { brokers }] = [await admin.fetchTopicMetadata({ topics: [topic] }), await admin.describeCluster()]
    const leader = metadata.topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader
    const broker = brokers.find(({ nodeId }) => nodeId === leader)
    if (!broker) throw new PassingError(`${topic}/${partition} has no leader`)
    return { host: broker.host, port: broker.port }
  }
}

class PassingError extends Error {}

export const openRawLog = (options: RawLogOptions): RawLog => new RawLog(options)
