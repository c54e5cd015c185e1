import { SpanKind } from '@opentelemetry/api'
import type { Pool, PoolConnection } from 'mysql2/promise'
import type { Random, Timers } from '../ports/index.js'
import { attribute, spanName } from '../telemetry/semantic-names.js'
import { inSpan } from '../telemetry/tracing.js'
import { isContention } from './errors.js'

export interface RetryPorts {
  timers: Timers
  random: Random
}

export interface TransactionOptions extends RetryPorts {
  /** How often the transaction is run at most when deadlocks and lock waits end it. */
  attempts?: number
  onRetry?(error: unknown, attempt: number): void
}

// MariaDB speaks the same and is told apart by nobody here.
const spanOptions = { kind: SpanKind.CLIENT, attributes: { [attribute.dbSystem]: 'mysql' } }

/**
 * Runs `transaction` again where a deadlock or lock wait ends it, after a pause that doubles from 5 ms to 500 ms with full
 * jitter; so it must have no effects but its own. Any other error is thrown.
 */
export async function retryContention<Result>(
  options: TransactionOptions,
  transaction: () => Promise<Result>,
): Promise<Result> {
  const attempts = options.attempts ?? 10
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction()
    } catch (error) {
      if (!isContention(error) || attempt >= attempts) throw error
      options.onRetry?.(error, attempt)
      await options.timers.sleep(options.random.next() * Math.min(5 * 2 ** attempt, 500))
    }
  }
}

/**
 * Runs `work` in a transaction and commits; where it throws, rolls back and throws that error. An error in COMMIT leaves the
 * outcome unknown: callers find it out by compare-and-set.
 */
export function oneTransaction<Result>(
  pool: Pool,
  work: (connection: PoolConnection) => Promise<Result>,
): Promise<Result> {
  return inSpan(spanName.transaction, spanOptions, () => once(pool, 'START TRANSACTION', work))
}

/** oneTransaction, again where a deadlock or lock wait ends it. */
export function inTransaction<Result>(
  pool: Pool,
  options: TransactionOptions,
  work: (connection: PoolConnection) => Promise<Result>,
): Promise<Result> {
  return retryContention(options, () => oneTransaction(pool, work))
}

/** Runs `work` on one connection that sees one state of the whole database, and cannot write. */
export function inSnapshot<Result>(pool: Pool, work: (connection: PoolConnection) => Promise<Result>): Promise<Result> {
  return inSpan(spanName.snapshot, spanOptions, () =>
    once(pool, 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY', work, 'REPEATABLE READ'),
  )
}

async function once<Result>(
  pool: Pool,
  start: string,
  work: (connection: PoolConnection) => Promise<Result>,
  isolation?: string,
): Promise<Result> {
  const connection = await pool.getConnection()
  try {
    // Without SESSION it holds for the next transaction only.
    if (isolation) await connection.query(`SET TRANSACTION ISOLATION LEVEL ${isolation}`)
    await connection.query(start)
    const result = await work(connection)
    await connection.query('COMMIT')
    connection.release()
    return result
  } catch (error) {
    try {
      await connection.query('ROLLBACK')
      connection.release()
    } catch {
      connection.destroy()
    }
    throw error
  }
}
