import { Redis } from 'ioredis'

export interface RedisOptions {
  url: string
  /** After that a command that was not answered has failed; what became of it is not known. */
  timeoutMs: number
}

/** A connection that fails at once where the server is away, and comes back by itself. Nothing is sent twice. */
export function openRedis({ url, timeoutMs }: RedisOptions): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 1_000,
    commandTimeout: timeoutMs,
    retryStrategy: (times) => Math.min(times * 50, 500),
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
  redis.on('error', () => {})
  return redis
}

const passing =
  /^(LOADING|READONLY|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|BUSY|OOM|MISCONF|NOREPLICAS|NOAUTH|WRONGPASS|NOPERM|MOVED|ASK)\b/

/** The server is away, starting, full, read-only in a fail-over, or does not let us in: not what was asked for is the matter. */
export function isRedisAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name !== 'ReplyError') return isConnectionError(error)
  // A script's own error quotes that of the command it ran.
  return passing.test(error.message) || /-(OOM|READONLY|MISCONF) /.test(error.message)
}

const isConnectionError = (error: Error) =>
  error.name === 'MaxRetriesPerRequestError' ||
  error.name === 'ClusterAllFailedError' ||
  /Connection is closed|Command timed out|isn't writeable|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH/.test(
    `${error.message} ${(error as { code?: string }).code ?? ''}`,
  )
