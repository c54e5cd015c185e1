import type { CommandEnvelope } from '@onsale/domain'
import { type Codec, RegistryUnavailableError } from '@onsale/platform/codec'
import type { RawRecord } from '@onsale/platform/log'
import { jittered, type Random, type Timers } from '@onsale/platform/ports'
import type { Logger } from 'pino'
import type { OwnerMetrics } from './metrics.js'
import { toEnvelope, type Unreadable } from './records.js'

export interface ReadCommandOptions {
  partition: number
  codec: Codec
  timers: Timers
  random: Random
  metrics: OwnerMetrics
  logger: Logger
  signal: AbortSignal
  /** The partition waits for a command that can't be read for now, or goes on. */
  onStalled(stalled: boolean): void
}

export interface ReadCommand {
  envelope: CommandEnvelope
  unreadable: Unreadable | null
}

/** Tries after the first; with the pauses below about 12 s and the registry's own time. */
const mostRetries = 8
const firstPauseMs = 100
const longestPauseMs = 5_000

/**
 * Reads commands. A fault of the infrastructure (the registry does not answer, and the bundle lacks the schema) says nothing
 * about the command, so it is neither refused nor parked nor passed over: it is read again, with pauses that grow and
 * jitter, so often and no more; then the owner starts over, visibly.
 */
export class CommandReading {
  constructor(private readonly options: ReadCommandOptions) {}

  /**
   * @param patient false: null at once where the command can't be read for now
   * @throws RegistryUnavailableError after the last try
   */
  async read(command: RawRecord, patient: boolean): Promise<ReadCommand | null> {
    const { codec, timers, random, metrics, logger, signal, partition, onStalled } = this.options
    for (let retries = 0, pauseMs = firstPauseMs; ; retries += 1, pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        const read = await toEnvelope(codec, command)
        if (retries > 0) onStalled(false)
        return read
      } catch (error) {
        if (!(error instanceof RegistryUnavailableError)) throw error
        if (!patient) return null
        if (retries === 0) onStalled(true)
        metrics.readRetries.inc({ partition })
        const { offset } = command
        logger.warn({ err: error, partition, offset, retries, mostRetries }, 'a command can not be read for now')
        if (retries === mostRetries || signal.aborted) throw error
        await timers.sleep(jittered(pauseMs, random), signal)
      }
    }
  }
}
