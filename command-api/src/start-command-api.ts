import type { Plan } from '@onsale/domain'
import { TokenVerifier } from '@onsale/platform/auth'
import { createCodec } from '@onsale/platform/codec'
import { openAcceptLanes } from '@onsale/platform/http'
import {
  createKafka,
  IngressProducer,
  logEnds,
  PlacementWatch,
  PlanCatalog,
  topicNames,
  tracedProducer,
} from '@onsale/platform/log'
import { systemClock, systemIds, systemTimers } from '@onsale/platform/ports'
import { createMetrics, type RunningService } from '@onsale/platform/telemetry'
import type { Logger } from 'pino'
import type { CommandApiConfig } from './config.js'
import { createApp } from './create-app.js'
import { Admission } from './ingress/admission.js'
import { AnswerTail } from './ingress/answer-tail.js'
import { CommandIngress } from './ingress/command-ingress.js'
import { IngressMetrics } from './ingress/ingress-metrics.js'
import { kafkaAnswerLog } from './ingress/kafka-answer-log.js'
import { startCursors } from './ingress/start-cursors.js'
import { tracedTail } from './ingress/traced-tail.js'

/** Everything of the service on real servers. Listens early, and is ready once commands can be taken and answered. */
export async function startCommandApi(
  config: CommandApiConfig,
  logger: Logger,
): Promise<RunningService & { url: string }> {
  const clock = systemClock
  const timers = systemTimers
  const ids = systemIds
  const { instance } = config
  const registry = createMetrics()
  const verifier = new TokenVerifier({
    jwksFile: config.jwksFile,
    issuer: config.tokenIssuer,
    audience: config.tokenAudience,
    clock,
    logger,
  })
  await verifier.start()
  const codec = await createCodec({
    env: config.env,
    registryUrl: config.registryUrl,
    bundleFile: config.schemaBundle,
    logger,
  })

  const topics = topicNames(config.env)
  const kafka = createKafka({ brokers: config.kafkaBrokers, clientId: instance }, logger)
  const admin = kafka.admin()
  const producer = new IngressProducer({ kafka, topic: topics.commands, codec, clock, logger })
  const plans = new PlanCatalog<Plan>({
    kafka,
    topic: topics.plans,
    codec,
    logger,
    parse: (canonicalJson) => JSON.parse(canonicalJson) as Plan,
  })
  const metrics: IngressMetrics = new IngressMetrics(registry, () => tail.waiting)
  let partitions: number[] = []
  const tail: AnswerTail = new AnswerTail({
    log: kafkaAnswerLog({
      kafka,
      admin,
      topic: topics.events,
      logger,
      metrics,
      start: () => startCursors({ sqlUrl: config.sqlReplicaUrl, topic: topics.events, partitions, timers, logger }),
    }),
    codec,
    timers,
    logger,
    onBatch: (batch) => metrics.batch(batch),
  })
  const admission = new Admission({ clock })
  metrics.watch(admission)
  const ingress = new CommandIngress({
    ...config,
    producer: tracedProducer(producer, topics.commands),
    tail: tracedTail(tail),
    clock,
    timers,
    ids,
    logger,
    metrics,
    admission,
  })

  const placement = new PlacementWatch({ kafka, topic: topics.placement, logger })
  let stopping = false
  const ready = () => [
    ...(stopping ? ['stopping'] : []),
    ...(ingress.partitions === null ? ['starting: waiting for kafka'] : []),
    ...(tail.ready ? [] : ['the answer tail has not caught up']),
  ]
  const app = await createApp({ ingress, plans, verifier, ids, live: () => [], ready, registry, logger })
  const address = { host: config.httpHost, port: config.httpPort, reusePort: true }
  await app.listen(address)
  const url = (await app.getUrl()).replace('[::1]', 'localhost')
  const lanes = await openAcceptLanes(app.getHttpServer(), { ...address, port: Number(new URL(url).port) })
  logger.info({ url }, 'listening')

  const connecting = new AbortController()
  const connected = connect()

  async function connect(): Promise<void> {
    await untilItWorks(async () => {
      await admin.connect()
      partitions = await allPartitions()
    })
    await untilItWorks(() => placement.start())
    await untilItWorks(() => producer.start())
    await untilItWorks(() => plans.start())
    await untilItWorks(() => tail.start())
    if (connecting.signal.aborted) return
    placement.onChange(() => void untilItWorks(grow))
    await untilItWorks(grow)
  }

  /** Partitions are added to the commands last: then they are everywhere. */
  async function allPartitions(): Promise<number[]> {
    const [commands, events] = [await logEnds(admin, topics.commands), await logEnds(admin, topics.events)]
    if (commands.size > events.size)
      throw new Error(
        `${topics.commands} has ${commands.size} partitions, ${topics.events} ${events.size}: ./onsale partitions add completes it`,
      )
    return [...commands.keys()].sort((a, b) => a - b)
  }

  /** What was added is followed before anything is sent there. */
  async function grow(): Promise<void> {
    const all = await allPartitions()
    tail.follow(all)
    ingress.partitions = all.length
    const { newShows } = placement.current
    ingress.newShows = newShows?.partitions.every((partition) => partition < all.length) ? newShows.partitions : null
  }

  /** What the service waits for it says, then goes on. */
  async function untilItWorks(step: () => Promise<void>): Promise<void> {
    for (let pauseMs = 200; !connecting.signal.aborted; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      try {
        return await step()
      } catch (error) {
        logger.warn({ err: error, brokers: config.kafkaBrokers }, 'waiting for kafka')
        await timers.sleep(pauseMs, connecting.signal)
      }
    }
  }

  return {
    url,
    async stop() {
      stopping = true
      // Requests under way get their answers: the tail and the producer outlive the server.
      await Promise.all([app.close(), lanes.close()])
      connecting.abort()
      await connected
      await producer.stop()
      await tail.stop()
      await Promise.all([plans.stop(), placement.stop()])
      await admin.disconnect()
    },
  }
}
