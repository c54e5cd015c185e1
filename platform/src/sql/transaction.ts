import type { Pool, PoolConnection } from 'mysql2/promise'
import type { Random, Timers } from '../ports/index.js'
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

/**
 * Runs `work` in a transaction and commits. A deadlock or lock wait runs the whole of it again, after a pause that doubles
 * from 5 ms to 500 ms with full jitter; so `work` must have no other effects. Any other error rolls back and is thrown.
 * An error in COMMIT leaves the outcome unknown: callers find it out by compare-and-set.
 */
export async function inTransaction<Result>(
  pool: Pool,
  options: TransactionOptions,
  work: (connection: PoolConnection) => Promise<Result>,
): Promise<Result> {
  const attempts = options.attempts ?? 10
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(pool, 'START TRANSACTION', work)
    } catch (error) {
      if (!isContention(error) || attempt >= attempts) throw error
      options.onRetry?.(error, attempt)
      await options.timers.sleep(options.random.next() * Math.min(5 * 2 ** attempt, 500))
    }
  }
}

/** Runs `work` on one connection that sees one state of the whole database, and cannot write. */
export function inSnapshot<Result>(pool: Pool, work: (connection: PoolConnection) => Promise<Result>): Promise<Result> {
  return once(pool, 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY', work, 'REPEATABLE READ')
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
