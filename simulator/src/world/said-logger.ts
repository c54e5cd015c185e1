import type { Logger } from 'pino'
import type { SimProcess } from '../kernel/index.js'

/** A logger whose warnings and errors stand in the trace. */
export function saidLogger(process: SimProcess): Logger {
  const { kernel } = process
  const nothing = () => {}
  const say = (fields: unknown, message?: string) =>
    kernel.say(process.name, () => {
      const error = (fields as { err?: Error } | null)?.err
      return `${message ?? String(fields)}${error ? ` (${error.message})` : ''}`
    })
  const logger = {
    trace: nothing,
    debug: nothing,
    info: say,
    warn: say,
    error: say,
    fatal: say,
    child: () => logger,
  }
  return logger as unknown as Logger
}
