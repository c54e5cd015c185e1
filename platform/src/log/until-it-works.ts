import type { Logger } from 'pino'
import type { Timers } from '../ports/index.js'

/** One step of a start that needs Kafka, again and again until it works or `signal` is aborted. What it waits for it says; then it goes on. */
export async function untilItWorks(
  step: () => Promise<void>,
  {
    brokers,
    timers,
    logger,
    signal,
  }: { brokers: readonly string[]; timers: Timers; logger: Logger; signal: AbortSignal },
): Promise<void> {
  for (let pauseMs = 200; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 5_000)) {
    try {
      return await step()
    } catch (error) {
      logger.warn({ err: error, brokers }, 'waiting for kafka')
      await timers.sleep(pauseMs, signal)
    }
  }
}
