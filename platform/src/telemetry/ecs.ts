import { type LoggerOptions, pino } from 'pino'
import { activeTrace } from './tracing.js'

/** Version of the Elastic Common Schema whose field names these are. */
const ecsVersion = '8.17.0'

/** What our code calls it, and what the schema does. What the schema has no name for lies under `onsale`, where it collides with none. */
const fieldNames: Readonly<Record<string, string>> = {
  method: 'http.request.method',
  path: 'url.path',
  url: 'url.full',
}

/** A log line's fields under their names in the schema. An error is its type, message, code and stack: what else hangs on it may be data. */
export function toEcs(fields: Record<string, unknown>): Record<string, unknown> {
  const line: Record<string, unknown> = { ...activeTrace() }
  const own: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    const known = fieldNames[name]
    if (known) line[known] = value
    else if (name === 'err') Object.assign(line, errorFields(value))
    // A client library counts its requests under the same name.
    else if (name === 'correlationId' && typeof value === 'string') line['http.request.id'] = value
    else own[name] = value
  }
  if (Object.keys(own).length > 0) line.onsale = own
  return line
}

function errorFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { 'error.message': String(error) }
  const { type, message, stack } = pino.stdSerializers.err(error)
  const { code } = error as { code?: unknown }
  return {
    'error.type': type,
    'error.message': message,
    ...(typeof code === 'string' ? { 'error.code': code } : {}),
    'error.stack_trace': stack,
  }
}

/** pino's options for lines in that schema. A child's bindings are written as they are: they must bear names of the schema. */
export const ecsOptions = (service: string, instance: string) =>
  ({
    messageKey: 'message',
    base: {
      'ecs.version': ecsVersion,
      'service.name': service,
      'service.node.name': instance,
      'event.dataset': service,
      'process.pid': process.pid,
    },
    timestamp: () => pino.stdTimeFunctions.isoTime().replace('"time"', '"@timestamp"'),
    formatters: {
      level: (label: string) => ({ 'log.level': label }),
      log: toEcs,
    },
  }) satisfies LoggerOptions
