import type { Pool, PoolConnection } from 'mysql2/promise'

/**
 * A pool whose first COMMIT ends the connection: unheard after the server has done it, or before. `meanwhile` is run at that
 * moment, before the connection ends.
 */
export function breakingPool(
  pool: Pool,
  committed: boolean,
  meanwhile: () => Promise<void> = async () => {},
): { pool: Pool; left(): number } {
  let breaks = 1
  const fragile = Object.create(pool) as Pool
  fragile.getConnection = async () => {
    const connection = await pool.getConnection()
    const query = connection.query.bind(connection)
    return Object.assign(connection, {
      query: async (sql: string, values?: unknown[]) => {
        if (sql === 'COMMIT' && breaks > 0) {
          breaks -= 1
          if (committed) await query(sql)
          await meanwhile()
          ;(connection as PoolConnection).destroy()
          throw Object.assign(new Error('connection lost'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true })
        }
        return query(sql, values)
      },
    }) as PoolConnection
  }
  return { pool: fragile, left: () => breaks }
}
