import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzipSync, gzip } from 'node:zlib'
import { type Admin, type Kafka, Partitioners } from 'kafkajs'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import { type Codec, MalformedValueError } from '../codec/index.js'
import type { Ids, Timers } from '../ports/index.js'
import { firstOffsetIn } from './appended.js'
import { AppendUnknownError } from './ingress-producer.js'
import { logEnds } from './log-ends.js'
import { type LogReader, startLogReader } from './log-reader.js'

const planChunkName = 'onsale.venue.PlanChunk'
const chunkBytes = 512 * 1024
/** A plan of 50,000 seats is about 6 MiB of JSON; nothing honest comes near this. */
const maxPlanBytes = 64 * 1024 * 1024

interface PlanChunk {
  planHash: string
  index: number
  count: number
  name: string
  bytes: Buffer
}

export interface PlanCatalogOptions<Plan> {
  kafka: Kafka
  topic: string
  codec: Codec
  logger: Logger
  timers?: Timers
  ids?: Ids
  /** From canonical JSON; what it makes is kept for the plans used most recently. */
  parse(canonicalJson: string): Plan
  /** Called when a plan has become whole, in the log's order. */
  onPlan?(entry: { planHash: string; name: string; offset: number }): void
}

/**
 * Every seating plan of the environment, by content hash. It tails the plans topic and keeps the compressed plans (some
 * tens of KiB each), parsed ones for as long as they are in use. Anybody may append: a chunk set counts only when its
 * hash is right, so there is nothing to arbitrate.
 */
export class PlanCatalog<Plan> {
  private readonly whole = new Map<string, { name: string; zipped: Buffer }>()
  private readonly partial = new Map<string, Map<number, Buffer>>()
  private readonly parsed = new LRUCache<string, { plan: Plan }>({ max: 200 })
  private reader: LogReader | null = null
  private admin: Admin | null = null
  private readTo = 0
  private waiting: { offset: number; resolve(): void; reject(error: Error): void }[] = []
  private dead: Error | null = null

  constructor(private readonly options: PlanCatalogOptions<Plan>) {}

  async start(): Promise<void> {
    this.admin = this.options.kafka.admin()
    await this.admin.connect()
    this.reader = await startLogReader({
      kafka: this.options.kafka,
      topic: this.options.topic,
      name: 'plan-catalog',
      from: [{ partition: 0, offset: 0 }],
      logger: this.options.logger,
      ...(this.options.timers ? { timers: this.options.timers } : {}),
      ...(this.options.ids ? { ids: this.options.ids } : {}),
      onBatch: async ({ records, nextOffset }) => {
        for (const { value, offset } of records) {
          const chunk = await this.read(value, offset)
          if (chunk) this.take(chunk, offset)
        }
        this.readTo = nextOffset
        this.waiting = this.waiting.filter(({ offset, resolve }) => {
          if (offset > nextOffset) return true
          resolve()
          return false
        })
      },
    })
    void this.reader.failed.then((error) => {
      this.options.logger.fatal({ err: error }, 'the plans cannot be read any further')
      this.dead = error
      for (const { reject } of this.waiting.splice(0)) reject(error)
    })
  }

  async stop(): Promise<void> {
    await this.reader?.stop()
    await this.admin?.disconnect().catch(() => {})
  }

  /** The plan, or null where no whole plan of that hash has been read yet (see catchUp). */
  get(planHash: string): Plan | null {
    const hit = this.parsed.get(planHash)
    if (hit) return hit.plan
    const entry = this.whole.get(planHash)
    if (!entry) return null
    const plan = this.options.parse(gunzipSync(entry.zipped, { maxOutputLength: maxPlanBytes }).toString('utf8'))
    this.parsed.set(planHash, { plan })
    return plan
  }

  list(): { planHash: string; name: string }[] {
    return [...this.whole].map(([planHash, { name }]) => ({ planHash, name }))
  }

  /**
   * Resolves once everything has been read that was in the topic at the time of the call: then an unknown plan is unknown.
   * @throws where the broker does not answer, or the topic cannot be read any further
   */
  async catchUp(): Promise<void> {
    if (!this.admin) throw new Error('the plan catalog has not been started')
    const end = (await logEnds(this.admin, this.options.topic)).get(0)?.end ?? 0
    if (this.readTo >= end) return
    if (this.dead) throw this.dead
    await new Promise<void>((resolve, reject) => this.waiting.push({ offset: end, resolve, reject }))
  }

  /**
   * Stores a plan under the SHA-256 of its canonical JSON; storing it twice changes nothing.
   * @throws AppendUnknownError where the broker did not acknowledge every chunk: store it again
   */
  async append({ name, canonicalJson }: { name: string; canonicalJson: string }): Promise<{ planHash: string }> {
    const planHash = createHash('sha256').update(canonicalJson).digest('hex')
    await this.acknowledged(() => this.catchUp())
    if (this.whole.has(planHash)) return { planHash }
    const zipped = await promisify(gzip)(Buffer.from(canonicalJson), { level: 9 })
    const count = Math.ceil(zipped.length / chunkBytes)
    const producer = this.options.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    })
    try {
      await this.acknowledged(async () => {
        await producer.connect()
        for (let index = 0; index < count; index += 1) {
          const bytes = zipped.subarray(index * chunkBytes, (index + 1) * chunkBytes)
          const chunk: PlanChunk = { planHash, index, count, name, bytes }
          const value = this.options.codec.encode(planChunkName, chunk)
          const message = { key: planHash, partition: 0, value }
          firstOffsetIn(await producer.send({ topic: this.options.topic, acks: -1, messages: [message] }), 0)
        }
        await this.catchUp()
      })
    } finally {
      await producer.disconnect().catch(() => {})
    }
    return { planHash }
  }

  private async acknowledged(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      throw new AppendUnknownError('the plan was not acknowledged', { cause: error })
    }
  }

  /**
   * Anybody may append, so bytes that are no record are as meaningless as a chunk whose hash is wrong. A schema that this
   * build does not know is another matter: it may be a plan, so reading waits there (and says so) for a build that does.
   */
  private async read(value: Buffer | null, offset: number): Promise<PlanChunk | null> {
    try {
      const { name, data } = await this.options.codec.decode(value ?? Buffer.alloc(0))
      return name === planChunkName ? (data as PlanChunk) : null
    } catch (error) {
      if (!(error instanceof MalformedValueError)) throw error
      this.options.logger.error({ err: error, offset }, 'a record among the plans that cannot be read is ignored')
      return null
    }
  }

  private take(chunk: PlanChunk, offset: number): void {
    const { planHash, index, count, name, bytes } = chunk
    if (this.whole.has(planHash)) return
    const chunks = this.partial.get(planHash) ?? new Map<number, Buffer>()
    this.partial.set(planHash, chunks.set(index, bytes))
    if (chunks.size < count) return
    this.partial.delete(planHash)
    const zipped = Buffer.concat(Array.from({ length: count }, (_, at) => chunks.get(at) ?? Buffer.alloc(0)))
    if (!isPlan(zipped, planHash)) {
      this.options.logger.error(
        { planHash, offset },
        'a plan whose content does not have the hash it claims is ignored',
      )
      return
    }
    this.whole.set(planHash, { name, zipped })
    this.options.onPlan?.({ planHash, name, offset })
  }
}

function isPlan(zipped: Buffer, planHash: string): boolean {
  try {
    return (
      createHash('sha256')
        .update(gunzipSync(zipped, { maxOutputLength: maxPlanBytes }))
        .digest('hex') === planHash
    )
  } catch {
    return false
  }
}
