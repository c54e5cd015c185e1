import { createRequire } from 'node:module'
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs'
import type { Logger } from 'pino'
import './wire/install.js'
import './wire/transactions.js'

const require = createRequire(import.meta.url)

/**
 * kafkajs re-arms its throttle check for ever, with a negative delay that Node turns into 1 ms: a thousand wake-ups a
 * second for each connection. A check is due only while something is pending or the broker throttles us.
 */
interface RequestQueueInternals {
  pending: unknown[]
  throttledUntil: number
  throttleCheckTimeoutId: unknown
  scheduleCheckPendingRequests(): void
}
const RequestQueue = require('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueueInternals }
const rearm = RequestQueue.prototype.scheduleCheckPendingRequests
RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleOnlyWhenDue() {
  if (this.pending.length > 0) rearm.call(this)
}

const pinoLevel = {
  [logLevel.NOTHING]: 'silent',
  [logLevel.ERROR]: 'error',
  [logLevel.WARN]: 'warn',
  [logLevel.INFO]: 'debug',
  [logLevel.DEBUG]: 'trace',
} as const

export interface KafkaSettings {
  brokers: string[]
  clientId: string
}

/**
 * A kafkajs client that writes to our log. Retries start at milliseconds: the 300 ms that kafkajs starts with would turn
 * one CONCURRENT_TRANSACTIONS into a third of a second. Errors that a retry mends are kafkajs's ERROR; they are our debug.
 */
export function createKafka(
  { brokers, clientId }: KafkaSettings,
  logger: Logger,
  more: Partial<KafkaConfig> = {},
): Kafka {
  return new Kafka({
    brokers,
    clientId,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 5, maxRetryTime: 1_000, multiplier: 2, factor: 0.2, retries: 10 },
    logLevel: logLevel.INFO,
    logCreator: () => {
      const child = logger.child({ 'log.logger': 'kafkajs' })
      return ({ namespace, level, log }) => {
        const { message, timestamp: _, logger: __, stack, ...fields } = log
        // Retries are limited on purpose: whoever gets the error throws the producer away (IngressProducer, openOwnerLog).
        const expected = level === logLevel.ERROR || message.startsWith('Limiting retries')
        const name = expected ? 'debug' : pinoLevel[level]
        if (name !== 'silent')
          child[name]({ namespace, ...fields, ...(level === logLevel.ERROR ? { stack } : {}) }, message)
      }
    },
    ...more,
  })
}
