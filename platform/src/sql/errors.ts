interface SqlFailure {
  errno?: number
  code?: string
  fatal?: boolean
}

const lockWaitTimeout = 1205
const deadlock = 1213

/** The server rolled back because of other transactions: the whole transaction is to be run again. */
export function isContention(error: unknown): boolean {
  const { errno } = (error ?? {}) as SqlFailure
  return errno === lockWaitTimeout || errno === deadlock
}

const full = ['ER_RECORD_FILE_FULL', 'ER_DISK_FULL']

const absent = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_CONNECTION_KILLED',
  'ER_QUERY_INTERRUPTED',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_NEW_ABORTING_CONNECTION',
  ...full,
])

const refused = new Set(['ER_ACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR', 'ER_BAD_DB_ERROR'])

/** The server is away, starting, full, or read-only during a fail-over: waiting can mend it. */
export function isServerAway(error: unknown): boolean {
  const { code, fatal } = (error ?? {}) as SqlFailure
  return (code !== undefined && absent.has(code)) || (fatal === true && !isRefused(error))
}

/** The server has no room for what it was to write, and rolled it back. */
export function isOutOfRoom(error: unknown): boolean {
  return full.includes((error as SqlFailure | null)?.code ?? '')
}

/** The server does not let us in: somebody has to change a password, a right or a URL. */
export function isRefused(error: unknown): boolean {
  const { code } = (error ?? {}) as SqlFailure
  return code !== undefined && refused.has(code)
}

/** The table or database is not there (yet): migrations have not been run. */
export function isNotMigrated(error: unknown): boolean {
  const { code } = (error ?? {}) as SqlFailure
  return code === 'ER_NO_SUCH_TABLE' || code === 'ER_BAD_DB_ERROR'
}
