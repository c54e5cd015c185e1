import { isNotMigrated, openPool } from '@onsale/platform/sql'
import { Redis } from 'ioredis'
import { CommandError } from '../command.js'

/** Read models that were made from another log would be taken for those of this one. @throws CommandError (2) */
export async function refuseUsedReadModels(variables: Record<string, string>): Promise<void> {
  const pool = openPool({ url: variables.ONSALE_SQL_PRIMARY_URL ?? '', connections: 1 })
  try {
    const [rows] = await pool.query('SELECT projection FROM projection_checkpoint WHERE next_offset > 0 LIMIT 1')
    const [row] = rows as { projection: string }[]
    if (row)
      throw new CommandError(
        `this system is not empty: SQL has the read model ${row.projection} of another log; drop the database first`,
        2,
      )
  } catch (error) {
    if (!isNotMigrated(error)) throw error
  } finally {
    await pool.end()
  }
  const redis = new Redis(variables.ONSALE_REDIS_URL ?? '', { lazyConnect: true, maxRetriesPerRequest: 1 })
  redis.on('error', () => {})
  try {
    await redis.connect()
    const keys = await redis.dbsize()
    if (keys > 0)
      throw new CommandError(`this system is not empty: Redis has ${keys} keys of another log; FLUSHALL it first`, 2)
  } finally {
    redis.disconnect()
  }
}
