import { type DestinationStream, type Logger, pino } from 'pino'
import { ecsOptions } from './ecs.js'

const depths = ['', '*.', '*.*.', '*.*.*.']
const secretPaths = depths.flatMap((depth) => [
  ...['authorization', 'cookie', 'password', 'token', 'acceptance', 'body'].map((name) => `${depth}${name}`),
  `${depth.replace(/\.$/, '')}["idempotency-key"]`,
])

export interface LoggerOptions {
  service: string
  instance: string
  level: string
  /** Default: stdout. */
  destination?: DestinationStream
}

/** Lines in the Elastic Common Schema; credentials, keys and bodies are censored wherever an object carries them. */
export function createLogger({ service, instance, level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    ...ecsOptions(service, instance),
    redact: { paths: secretPaths, censor: '[redacted]' },
  }
  return destination ? pino(options, destination) : pino(options)
}
