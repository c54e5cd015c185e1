import { setTimeout as sleep } from 'node:timers/promises'
import { createKafka } from '@onsale/platform/log'
import { pino } from 'pino'

const silent = pino({ level: 'silent' })

/** For the launcher's own short questions to a broker; it says itself what went wrong. */
export const kafkaFor = (brokers: string, retries = 0) =>
  createKafka({ brokers: brokers.split(','), clientId: 'onsale-launcher' }, silent, {
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    retry: { initialRetryTime: 20, maxRetryTime: 500, retries },
  })

/** True when the broker gives out metadata with a controller in it. */
export async function kafkaAnswers(brokers: string): Promise<boolean> {
  const admin = kafkaFor(brokers).admin()
  try {
    await admin.connect()
    const cluster = await admin.describeCluster()
    return cluster.brokers.length > 0 && cluster.controller !== null
  } finally {
    await admin.disconnect()
  }
}

/**
 * Resolves when the broker coordinates groups and transactions. Both kinds of coordinator make their internal topic at the
 * first request and answer NOT_COORDINATOR or COORDINATOR_NOT_AVAILABLE meanwhile, which not every client call retries.
 */
export async function kafkaCoordinates(brokers: string, withinMs = 60_000): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    try {
      await askCoordinators(brokers)
      return
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`kafka coordinates nothing after ${withinMs} ms: ${error}`)
      await sleep(50)
    }
  }
}

async function askCoordinators(brokers: string): Promise<void> {
  const kafka = kafkaFor(brokers, 1)
  const admin = kafka.admin()
  const producer = kafka.producer({ transactionalId: 'onsale-launcher', maxInFlightRequests: 1, idempotent: true })
  try {
    // One after the other: a client that is told to disconnect while it still connects leaves its connection open.
    await admin.connect()
    await admin.describeGroups(['onsale-launcher'])
    await producer.connect()
    const transaction = await producer.transaction()
    await transaction.abort()
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
}
