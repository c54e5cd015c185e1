import type { StackConnection } from '@onsale/infra'
import { createCodec } from '@onsale/platform/codec'
import { openPool } from '@onsale/platform/sql'
import { createLogger } from '@onsale/platform/telemetry'
import { areas, commandStatus, reservations, seats, shows, tableName } from '@onsale/projectors'
import { Kafka, logLevel } from 'kafkajs'
import { compareWithReadModel } from './audit/against-read-model.js'
import type { AuditResult } from './audit/audit.js'
import type { NotWhole } from './audit/not-whole.js'
import type { ReadModelTables } from './audit/read-model-rows.js'
import { auditLog, type LogAudit } from './audit/run-audit.js'

/** The tables that the read models are in, whatever version readers are shown. */
const tables: ReadModelTables = {
  shows: { projection: 'shows', table: (version) => tableName(shows, version) },
  seats: {
    projection: 'seats',
    table: (version) => tableName(seats, version),
    areas: (version) => tableName(areas, version),
  },
  reservations: { projection: 'reservations', table: (version) => tableName(reservations, version) },
  commands: { projection: 'command_status', table: (version) => tableName(commandStatus, version) },
}

/** How long registry and bundle may both be silent, ms. */
const codecPatienceMs = 15_000

export interface AuditOptions {
  againstReadModel: boolean
  /** Other topics on the same servers, written with the same schemas. */
  env?: string | undefined
  /** How long the read model may take to reach the log's end, ms. */
  patienceMs?: number
}

/**
 * Recounts the log of a running stack.
 * @throws an Error of one line where log, registry or replica can't be read
 */
export async function auditStack(
  { env: ownEnv, variables }: StackConnection,
  { againstReadModel, env = ownEnv, patienceMs = 30_000 }: AuditOptions,
): Promise<AuditResult & NotWhole & { log: LogAudit }> {
  const kafka = new Kafka({
    brokers: (variables.ONSALE_KAFKA_BROKERS ?? '').split(','),
    clientId: 'audit',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    retry: { initialRetryTime: 50, retries: 5 },
  })
  const codec = await withPatience(
    createCodec({
      env: ownEnv,
      registryUrl: variables.ONSALE_REGISTRY_URL ?? '',
      bundleFile: variables.ONSALE_SCHEMA_BUNDLE ?? null,
      logger: createLogger({ service: 'audit', instance: 'audit', level: 'silent' }),
    }),
  )
  const log = await auditLog({ kafka, codec, env })
  if (!againstReadModel) return { ...log.result(), parked: [], dropped: [], log }
  const pool = openPool({ url: variables.ONSALE_SQL_REPLICA_URL ?? '', connections: 2 })
  try {
    const { violations, ...notWhole } = await compareWithReadModel(log, pool, tables, patienceMs)
    const result = log.result()
    return { ...result, ...notWhole, violations: [...result.violations, ...violations], log }
  } finally {
    await pool.end()
  }
}

async function withPatience<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the schema registry does not answer')), codecPatienceMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
