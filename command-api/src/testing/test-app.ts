import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { TokenVerifier } from '@onsale/platform/auth'
import { AppendUnknownError } from '@onsale/platform/log'
import { systemIds } from '@onsale/platform/ports'
import { createRegistry } from '@onsale/platform/telemetry'
import { pino } from 'pino'
import { createApp } from '../create-app.js'
import { Heartbeats } from '../heartbeat/heartbeats.js'
import { Admission } from '../ingress/admission.js'
import { AnswerTail } from '../ingress/answer-tail.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { IngressMetrics } from '../ingress/ingress-metrics.js'
import { QueueIngress } from '../ingress/queue-ingress.js'
import { RoomKeys } from '../queue/room-keys.js'
import { FakeLog } from './fake-log.js'
import { HandTimers } from './hand-timers.js'
import { audience, issuer, type TestIssuer, testIssuer } from './token-issuer.js'

export const secret = Buffer.alloc(32, 3)

/** The whole HTTP application over a log in memory; requests go in by `app.inject`. */
export class TestApp {
  now = 1_790_000_000_000
  readonly log = new FakeLog(4)
  readonly timers = new HandTimers()
  readonly registry = createRegistry()
  readonly errors: object[] = []
  readonly stored: { name: string; canonicalJson: string }[] = []
  storeFails = false
  ready: string[] = []
  app!: NestFastifyApplication
  ingress!: CommandIngress
  readonly rooms = new FakeLog(4)
  queue!: QueueIngress
  private roomTail!: AnswerTail
  tail!: AnswerTail
  tokens!: TestIssuer

  async start({ mostWaiting = 5_000 } = {}): Promise<this> {
    const clock = { now: () => this.now }
    const logger = pino(
      { level: 'error' },
      { write: (line: string) => void this.errors.push(JSON.parse(line) as object) },
    )
    this.tokens = await testIssuer(clock.now)
    const verifier = new TokenVerifier({ jwksFile: this.tokens.jwksFile, issuer, audience, clock, logger })
    await verifier.start()
    this.tail = new AnswerTail({ log: this.log, codec: this.log.codec, timers: new HandTimers(), logger })
    await this.tail.start()
    const options = {
      producer: this.log,
      tail: this.tail,
      keySecret: secret,
      acceptanceSecret: secret,
      clock,
      timers: this.timers,
      ids: systemIds,
      logger,
      metrics: new IngressMetrics(this.registry, () => this.tail.waiting),
      answerWaitMs: 3_000,
      admission: new Admission({ clock, most: mostWaiting }),
    }
    this.ingress = new CommandIngress(options)
    this.ingress.partitions = this.log.partitions
    this.roomTail = new AnswerTail({ log: this.rooms, codec: this.rooms.codec, timers: new HandTimers(), logger })
    await this.roomTail.start()
    this.queue = new QueueIngress({ ...options, producer: this.rooms, tail: this.roomTail })
    this.queue.partitions = this.rooms.partitions
    const append = async (plan: { name: string; canonicalJson: string }) => {
      if (this.storeFails) throw new AppendUnknownError('no acknowledgement')
      this.stored.push(plan)
      return { planHash: 'ab'.repeat(32) }
    }
    const keys = new RoomKeys({ drawSecret: secret, admissionSecret: secret, clock })
    this.app = await createApp({
      ingress: this.ingress,
      queue: this.queue,
      keys,
      heartbeats: new Heartbeats({ record: async () => {} }, keys, clock),
      plans: { append },
      verifier,
      ids: systemIds,
      live: () => [],
      ready: () => this.ready,
      registry: this.registry,
      logger,
    })
    return this
  }

  async stop(): Promise<void> {
    await this.app.close()
    await this.tail.stop()
    await this.roomTail.stop()
  }

  /** POST with a visitor's token and a key, unless told otherwise; a null header is left out. */
  async post(url: string, body: unknown, { headers = {}, roles = ['visitor'], sub = 'customer-1' }: PostOptions = {}) {
    const all = {
      authorization: `Bearer ${await this.tokens.token({ claims: { roles, sub } })}`,
      'idempotency-key': 'key-1',
      'content-type': 'application/json',
      ...headers,
    }
    const response = await this.app.inject({
      method: 'POST',
      url,
      headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as Record<string, string>,
      payload: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: response.statusCode, headers: response.headers, body: response.json<Record<string, unknown>>() }
  }
}

export interface PostOptions {
  headers?: Record<string, string | null>
  roles?: string[]
  sub?: string
}
