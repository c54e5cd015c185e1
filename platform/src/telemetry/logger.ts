import { type DestinationStream, type Logger, pino } from 'pino'

const secretPaths = ['authorization', 'cookie', 'password', 'token'].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
])

export interface LoggerOptions {
  service: string
  instance: string
  level: string
  /** Default: stdout. */
  destination?: DestinationStream
}

/** JSON lines with service and instance; credentials are censored wherever an object carries them. */
export function createLogger({ service, instance, level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service, instance },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretPaths, censor: '[redacted]' },
  }
  return destination ? pino(options, destination) : pino(options)
}
