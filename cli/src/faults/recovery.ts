import { setTimeout as sleep } from 'node:timers/promises'
import type { Stack } from '@onsale/infra'
import { createKafka } from '@onsale/platform/log'
import { createLogger } from '@onsale/platform/telemetry'
import type { Timeline } from './timeline.js'

/** Polls until it holds; false where it doesn't in time. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  withinMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadline || signal?.aborted) return false
    await sleep(20)
  }
  return true
}

/** Each of the keys has had an answer since. */
export const servedSince = (timeline: Timeline, keys: readonly string[], since: number): boolean =>
  keys.every((key) => (timeline.last(key) ?? -1) > since)

export async function allReady(stack: Stack): Promise<boolean> {
  const processes = await stack.status()
  return processes.every(({ ready }) => ready)
}

/** Every partition of every topic has all its replicas in sync: the next broker may go. */
export async function fullyReplicated(stack: Stack): Promise<boolean> {
  const brokers = (stack.connection.variables.ONSALE_KAFKA_BROKERS ?? '').split(',')
  const logger = createLogger({ service: 'faults', instance: 'faults', level: 'silent' })
  const admin = createKafka({ brokers, clientId: 'faults' }, logger).admin()
  try {
    await admin.connect()
    const { topics } = await admin.fetchTopicMetadata()
    return topics.every(({ partitions }) => partitions.every(({ isr, replicas }) => isr.length === replicas.length))
  } catch {
    return false
  } finally {
    await admin.disconnect().catch(() => {})
  }
}
