import type { Logger } from 'pino'
import { systemTimers, type Timers } from '../ports/index.js'

export interface RunningService {
  /** Finishes what is under way and lets go of everything; called once. */
  stop(): Promise<void>
  /** Resolves when the service cannot go on: the process then exits with 1. */
  failed?: Promise<Error>
}

/** What runService needs of a process; `process` has it. */
export interface ProcessPort {
  on(event: string, listener: (argument: unknown) => void): unknown
  exit(code: number): void
}

/** Longer than a command may be under way (8 s to append it, 3 s to wait for its answer), shorter than whoever stops us waits. */
const stopWithinMs = 13_000

/**
 * The life of a service's process. SIGTERM and SIGINT stop it and exit with 0, or with 1 where that takes longer than 13 s; a second signal exits at once with 1; so
 * does whatever nobody caught. A signal while it starts exits with 0 at once: nothing is acknowledged yet, and a start
 * that dies half-way must be harmless anyhow.
 */
export async function runService(
  logger: Logger,
  start: () => Promise<RunningService>,
  host: ProcessPort = process as unknown as ProcessPort,
  timers: Timers = systemTimers,
): Promise<void> {
  let service: RunningService | null = null
  let stopping = false

  const die = (message: string) => (error: unknown) => {
    logger.fatal({ err: error }, message)
    host.exit(1)
  }
  host.on('uncaughtException', die('uncaught exception'))
  host.on('unhandledRejection', die('unhandled rejection'))

  const onSignal = (signal: unknown) => {
    if (stopping) {
      logger.warn({ signal }, 'a second signal: exiting at once')
      return host.exit(1)
    }
    stopping = true
    if (!service) return host.exit(0)
    logger.info({ signal }, 'stopping')
    const over = new AbortController()
    const stopped = service.stop().finally(() => over.abort())
    void timers.sleep(stopWithinMs, over.signal).then((late) => {
      if (late) die('stopping takes too long')(new Error(`not stopped after ${stopWithinMs} ms`))
    })
    stopped.then(() => {
      logger.info('stopped')
      host.exit(0)
    }, die('stopping failed'))
  }
  host.on('SIGTERM', onSignal)
  host.on('SIGINT', onSignal)

  try {
    service = await start()
  } catch (error) {
    return die('the service could not start')(error)
  }
  if (stopping) return
  logger.info('started')
  service.failed?.then((error) => {
    if (!stopping) die('the service cannot go on')(error)
  })
}
