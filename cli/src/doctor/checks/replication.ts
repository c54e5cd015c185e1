import { Redis } from 'ioredis'
import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

const lateMs = 2_000
const veryLateMs = 15_000

/** The SQL replica follows its primary, and what the primary has now is there soon. */
export async function sqlReplication({ primary, replica, now, sleep }: Patient): Promise<Finding[]> {
  const found = new Findings('sql-replication')
  const [statusRows] = await replica.query('SHOW REPLICA STATUS')
  const [status] = statusRows as Record<string, string | null>[]
  const io = status?.Replica_IO_Running ?? status?.Slave_IO_Running
  const sql = status?.Replica_SQL_Running ?? status?.Slave_SQL_Running
  if (status && (io !== 'Yes' || sql !== 'Yes')) {
    const why = [status.Last_IO_Error, status.Last_SQL_Error].filter(Boolean).join(' ')
    found.fail(
      `the replica does not follow: receiving ${io}, applying ${sql}${why ? `: ${why}` : ''}`,
      'mend the cause and START REPLICA; reads with a position are 503 until then',
    )
    return found.all
  }
  const places = async (pool: Patient['primary']) => {
    const [rows] = await pool.query(
      'SELECT projection, version, topic, partition_no, next_offset FROM projection_checkpoint',
    )
    return new Map(
      (rows as Record<string, unknown>[]).map((row) => [
        [row.projection, row.version, row.topic, row.partition_no].join(' '),
        Number(row.next_offset),
      ]),
    )
  }
  const began = now()
  const wanted = await places(primary)
  for (;;) {
    const there = await places(replica)
    const behind = [...wanted].filter(([place, offset]) => (there.get(place) ?? -1) < offset)
    const tookMs = now() - began
    if (behind.length === 0) {
      if (tookMs > lateMs)
        found.warn(`the replica is ${tookMs} ms behind`, 'see what it is busy with: SHOW PROCESSLIST')
      return found.orOk(`the replica follows; what the primary had was there within ${tookMs} ms`)
    }
    if (tookMs > veryLateMs) {
      found.fail(
        `the replica is more than ${veryLateMs / 1_000} s behind at ${behind[0]?.[0]}`,
        'SHOW PROCESSLIST on it; reads with a position are 503 until it has caught up',
      )
      return found.all
    }
    await sleep(50)
  }
}

/** The Redis replica follows its primary. */
export async function redisReplication({ variables }: Patient): Promise<Finding[]> {
  const found = new Findings('redis-replication')
  const primary = await infoOf(variables.ONSALE_REDIS_URL ?? '')
  const replica = await infoOf(variables.ONSALE_REDIS_REPLICA_URL ?? '')
  if (!primary)
    found.warn('the Redis primary does not answer', './onsale up starts it; rebuilds go on without its locks')
  if (!replica) found.warn('the Redis replica does not answer', './onsale up starts it')
  if (replica && replica.role !== 'slave') found.warn('the Redis replica follows nobody', 'REPLICAOF its primary')
  else if (replica && replica.master_link_status !== 'up')
    found.warn(
      `the Redis replica has no link to its primary (${replica.master_link_status})`,
      'see both logs; it connects again by itself',
    )
  return found.orOk('the replica follows')
}

async function infoOf(url: string): Promise<Record<string, string> | null> {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    retryStrategy: () => null,
  })
  redis.on('error', () => {})
  try {
    await redis.connect()
    const text = await redis.info('replication')
    return Object.fromEntries(
      text.split(/\r?\n/).flatMap((line) => {
        const at = line.indexOf(':')
        return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : []
      }),
    )
  } catch {
    return null
  } finally {
    redis.disconnect()
  }
}
