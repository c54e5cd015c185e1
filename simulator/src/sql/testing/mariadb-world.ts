import { suiteServers } from '@onsale/infra'
import { MysqlReplica } from '@onsale/platform/read-model'
import { openPool } from '@onsale/platform/sql'
import { MysqlStore, tableName } from '@onsale/projectors'
import type { StoreWorld } from './store-world.js'

type Pool = ReturnType<typeof openPool>
type Rows = Record<string, unknown>[]

/** A primary and its replica, real ones. */
export async function mariadbWorld(): Promise<StoreWorld> {
  const { variables, drop } = await suiteServers('store-contract', { tables: true })
  const primaryUrl = variables.ONSALE_SQL_PRIMARY_URL as string
  const replicaUrl = new URL(variables.ONSALE_SQL_REPLICA_URL as string)
  const pools: Pool[] = []
  const pool = (url: string) => {
    const opened = openPool({ url })
    pools.push(opened)
    return opened
  }
  await knowProjections(pool(primaryUrl))
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 5))
  const replicaPool = pool(replicaUrl.href)
  /** Where only the replica's reader may come, the user of the primary may lock. */
  const writer = new URL(primaryUrl)
  writer.host = replicaUrl.host
  return {
    run: (work) => work(),
    pause,
    store: () => new MysqlStore(pool(primaryUrl)),
    breakingStore: (committed) => new MysqlStore(breakingAtCommit(pool(primaryUrl), committed)),
    impatientStore() {
      const impatient = pool(primaryUrl)
      impatient.pool.on('connection', (connection) => {
        connection.query('SET SESSION idle_transaction_timeout = 1')
      })
      return new MysqlStore(impatient)
    },
    async endConnections() {
      const admin = openPool({ url: primaryUrl, connections: 1 })
      const [rows] = await admin.query(
        'SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()',
      )
      for (const { ID } of rows as Rows) await admin.query(`KILL ${ID}`).catch(() => {})
      await admin.end()
    },
    replica: () => new MysqlReplica(replicaPool) as never,
    readRow:
      (rows) =>
      async ({ name, key }, ...values) => {
        const where = key.map((column) => `\`${column}\` = ?`).join(' AND ')
        const [found] = await (rows as Pool).query(`SELECT * FROM \`${tableName({ name }, 1)}\` WHERE ${where}`, values)
        return (found as Rows)[0] ?? null
      },
    async holdReplica() {
      const lock = openPool({ url: writer.href, connections: 1 })
      await lock.query('LOCK TABLES projection_checkpoint READ')
      return async () => {
        await lock.query('UNLOCK TABLES')
        await lock.end()
      }
    },
    async close() {
      for (const opened of pools) await opened.end()
      await drop()
    },
  }
}

/** Those that the contract makes up: p1, p2, …, each served in its first version. */
async function knowProjections(pool: Pool): Promise<void> {
  const names = Array.from({ length: 500 }, (_, at) => `p${at + 1}`)
  await pool.query(
    'INSERT INTO projection_version (projection, version, revision, state, created_at, created_by) VALUES ?',
    [names.map((name) => [name, 1, 1, 'live', 0, 'test'])],
  )
  await pool.query('INSERT INTO projection_serving (projection, version, switched_at, switched_by) VALUES ?', [
    names.map((name) => [name, 1, 0, 'test']),
  ])
}

function breakingAtCommit(pool: Pool, committed: boolean): Pool {
  let breaks = 1
  const getConnection = pool.getConnection.bind(pool)
  pool.getConnection = async () => {
    const connection = await getConnection()
    const query = connection.query.bind(connection) as (sql: string, values?: unknown[]) => Promise<unknown>
    return Object.assign(connection, {
      async query(sql: string, values?: unknown[]) {
        if (sql !== 'COMMIT' || breaks-- <= 0) return query(sql, values)
        if (committed) await query(sql)
        connection.destroy()
        throw Object.assign(new Error('connection lost'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true })
      },
    }) as typeof connection
  }
  return pool
}
