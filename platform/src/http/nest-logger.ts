import type { LoggerService } from '@nestjs/common'
import type { Logger } from 'pino'

/** Nest's own words in our log; its start-up chatter is debug. */
export function nestLogger(logger: Logger): LoggerService {
  const child = logger.child({ 'log.logger': 'nest' })
  const at =
    (level: 'debug' | 'warn' | 'error' | 'trace' | 'fatal') =>
    (message: unknown, ...more: unknown[]) =>
      child[level]({ more }, message instanceof Error ? message.message : String(message))
  return {
    log: at('debug'),
    error: at('error'),
    warn: at('warn'),
    debug: at('debug'),
    verbose: at('trace'),
    fatal: at('fatal'),
  }
}
