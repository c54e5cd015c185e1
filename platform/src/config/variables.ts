import { z } from 'zod'
import { variable } from './load-config.js'

// The variables of docs/architecture.md ("Configuration"), in the groups in which services take them.

const hostAndPort = /^(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\]):[1-9][0-9]{0,4}$/
const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    )
const sqlUrl = url('mysql:').refine(
  (text) => !URL.canParse(text) || new URL(text).pathname.length > 1,
  'must name a database: mysql://user:password@host:port/database',
)
/** Decoded: at least 32 bytes. */
const secret = z
  .string()
  .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url')
  .transform((text) => Buffer.from(text, 'base64url'))
  .refine((bytes) => bytes.length >= 32, 'must have at least 32 bytes')

export const integer = (least: number, most: number) =>
  z
    .string()
    .regex(/^[0-9]{1,15}$/, `must be an integer from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be an integer from ${least} to ${most}`)

/** @param service shows in the default name of the process */
export const processVariables = (service: string) => ({
  env: variable(
    'ONSALE_ENV',
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and -')
      .default('local'),
  ),
  instance: variable(
    'ONSALE_INSTANCE',
    z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 of A-Z, a-z, 0-9, ., _ and -')
      .default(`${service}-${process.pid}`),
  ),
  logLevel: variable(
    'ONSALE_LOG_LEVEL',
    z
      .enum(
        ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
        'must be fatal, error, warn, info, debug, trace or silent',
      )
      .default('info'),
  ),
})

export const kafkaVariables = {
  kafkaBrokers: variable(
    'ONSALE_KAFKA_BROKERS',
    z
      .string()
      .transform((text) => text.split(',').map((broker) => broker.trim()))
      .refine((brokers) => brokers.every((broker) => hostAndPort.test(broker)), 'must be host:port, comma-separated'),
  ),
}

export const registryVariables = {
  registryUrl: variable(
    'ONSALE_REGISTRY_URL',
    url('http:', 'https:').transform((text) => text.replace(/\/+$/, '')),
  ),
  schemaBundle: variable('ONSALE_SCHEMA_BUNDLE', z.string().nullable().default(null)),
}

export const sqlPrimaryVariables = { sqlPrimaryUrl: variable('ONSALE_SQL_PRIMARY_URL', sqlUrl) }
export const sqlReplicaVariables = { sqlReplicaUrl: variable('ONSALE_SQL_REPLICA_URL', sqlUrl) }

export const redisVariables = { redisUrl: variable('ONSALE_REDIS_URL', url('redis:', 'rediss:')) }
export const redisReplicaVariables = { redisReplicaUrl: variable('ONSALE_REDIS_REPLICA_URL', url('redis:', 'rediss:')) }

export const httpVariables = {
  httpHost: variable('ONSALE_HTTP_HOST', z.string().min(1).default('127.0.0.1')),
  /** 0 takes a free one. */
  httpPort: variable('ONSALE_HTTP_PORT', integer(0, 65_535)),
}

export const deciderVariables = {
  /** What this process decides about. */
  contexts: variable(
    'ONSALE_CONTEXTS',
    z
      .string()
      .default('reservation,queue')
      .transform((text) => text.split(','))
      .refine(
        (contexts) => contexts.length > 0 && contexts.every((one) => one === 'reservation' || one === 'queue'),
        'must be reservation, queue, or both with a comma',
      ),
  ),
  /** off: folds nothing but what it owns, and takes partitions cold. */
  standby: variable('ONSALE_STANDBY', z.enum(['on', 'off'], 'must be on or off').default('on')),
  /** Journal records from one snapshot of a partition to the next. */
  snapshotRecords: variable('ONSALE_SNAPSHOT_RECORDS', integer(100, 100_000_000).default(100_000)),
}

export const tokenVariables = {
  jwksFile: variable('ONSALE_JWKS_FILE', z.string().min(1)),
  tokenIssuer: variable('ONSALE_TOKEN_ISSUER', z.string().min(1)),
  tokenAudience: variable('ONSALE_TOKEN_AUDIENCE', z.string().min(1)),
}

export const keySecretVariables = { keySecret: variable('ONSALE_KEY_SECRET', secret) }
/** Of the proofs that admissions of waiting rooms bear. */
export const admissionVariables = { admissionSecret: variable('ONSALE_ADMISSION_SECRET', secret) }
/** From which the seeds of draws follow. */
export const drawVariables = { drawSecret: variable('ONSALE_DRAW_SECRET', secret) }
export const acceptanceVariables = { acceptanceSecret: variable('ONSALE_ACCEPTANCE_SECRET', secret) }

/** A wait in milliseconds. */
export const waitVariable = (name: string, defaultMs: number) => variable(name, integer(0, 600_000).default(defaultMs))
