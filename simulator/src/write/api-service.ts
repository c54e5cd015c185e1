import {
  AnswerTail,
  CommandIngress,
  IngressMetrics,
  kafkaAnswerLog,
  type Submission,
  type Submitted,
} from '@onsale/command-api/ingress'
import { type ContextTopics, type Cursor, IngressProducer, logEnds } from '@onsale/platform/log'
import { createRegistry } from '@onsale/platform/telemetry'
import { type Endpoint, NoReplyError, type Replies, type SimProcess } from '../kernel/index.js'
import type { Service, ServiceContext } from '../world/part.js'
import type { World } from '../world/world.js'

const secret = Buffer.from('a secret of the simulator')

/** A command API as its start-command-api.ts puts it together, without HTTP. */
export class ApiService implements Service, Endpoint {
  up = false
  private ingress: CommandIngress | null = null
  private process: SimProcess | null = null
  private readonly inFlight = new Set<Replies<Submitted>>()

  constructor(
    private readonly world: World,
    readonly name: string,
    private readonly topics: ContextTopics,
    /** Where its tail may start: what a checkpoint of the read model would say. */
    private readonly cursors: () => Cursor[],
  ) {}

  start({ process, kafka, logger }: ServiceContext): void {
    const { world, topics } = this
    const { codec } = world
    const held = { timers: process, ids: process }
    const admin = kafka.admin()
    const metrics: IngressMetrics = new IngressMetrics(createRegistry(), () => tail.waiting)
    const producer = new IngressProducer({
      kafka,
      topic: topics.commands,
      codec,
      clock: process,
      logger,
      timers: process,
      random: process.random,
      nextTurn: () => process.sleep(0).then(() => {}),
    })
    const tail: AnswerTail = new AnswerTail({
      log: kafkaAnswerLog({
        kafka,
        admin,
        topic: topics.events,
        logger,
        metrics: metrics.ofPartitions(''),
        ...held,
        start: async () => this.cursors(),
      }),
      codec,
      timers: process,
      logger,
      recentAnswers: 100,
    })
    const ingress = new CommandIngress({
      producer,
      tail,
      keySecret: secret,
      acceptanceSecret: secret,
      clock: process,
      ...held,
      logger,
      metrics,
      answerWaitMs: 2_000,
    })
    this.ingress = ingress
    this.process = process
    this.up = true
    const untilItWorks = async (step: () => Promise<void>) => {
      for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
        try {
          return await step()
        } catch (error) {
          logger.warn({ err: error }, 'waiting for kafka')
          await process.sleep(pauseMs)
        }
      }
    }
    void (async () => {
      await untilItWorks(async () => {
        await admin.connect()
        await logEnds(admin, topics.commands)
      })
      await untilItWorks(() => producer.start())
      await untilItWorks(() => tail.start())
      ingress.partitions = this.world.partitions
    })()
  }

  crashed(): void {
    this.up = false
    this.ingress = null
    for (const replies of [...this.inFlight]) replies.reject(new NoReplyError('closed', this.name))
    this.inFlight.clear()
  }

  /** One request of a client, in this process. */
  submit(submission: (ingress: CommandIngress) => Submission, replies: Replies<Submitted>): void {
    const { process } = this
    if (!process) throw new NoReplyError('refused', this.name)
    this.inFlight.add(replies)
    process.after(0, 'request', () => {
      const { ingress } = this
      if (!ingress) return
      const done = (act: () => void) => {
        if (this.inFlight.delete(replies)) act()
      }
      Promise.resolve()
        .then(() => ingress.submit(submission(ingress)))
        .then(
          (submitted) => done(() => replies.resolve(submitted)),
          (error: Error) => done(() => replies.reject(error)),
        )
    })
  }
}
