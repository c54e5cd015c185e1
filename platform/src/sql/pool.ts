import { createPool, type Pool } from 'mysql2/promise'

export interface SqlSettings {
  /** mysql://user:password@host:port/database */
  url: string
  /** Most connections at a time. */
  connections?: number
}

/**
 * What every session is set to, whatever the server's defaults: strict (a value that does not fit is an error, never cut),
 * UTC, and READ COMMITTED (our writes are arbitrated by compare-and-set; gap locks would only add deadlocks).
 */
const session = [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY'",
  // On MariaDB a client that went silent in a transaction does not keep its locks: its machine may be gone without a word.
  "SET SESSION time_zone = '+00:00' /*M!, idle_transaction_timeout = 30 */",
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  'SET SESSION group_concat_max_len = 16777216',
]

/**
 * A pool of one server. BIGINT comes as a number where that is exact, else as a string; DECIMAL as a number. Literals and
 * columns compare binary (ids are case-sensitive). `affectedRows` counts the rows found, also those that an UPDATE left as they were.
 * Opens no connection yet.
 */
export function openPool({ url, connections = 10 }: SqlSettings): Pool {
  const pool = createPool({
    uri: url,
    connectionLimit: connections,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    supportBigNumbers: true,
    bigNumberStrings: false,
    decimalNumbers: true,
    flags: ['+FOUND_ROWS'],
    connectTimeout: 3_000,
    // Else a server that vanished without a word is waited for as long as the system's TCP likes, which is hours.
    enableKeepAlive: true,
    keepAliveInitialDelay: 10_000,
  })
  pool.pool.on('connection', (connection) => {
    for (const statement of session) {
      // A session that could not be set up must not be used.
      connection.query(statement, (error: Error | null) => {
        if (error) connection.destroy()
      })
    }
  })
  return pool
}
