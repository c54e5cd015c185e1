import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { executable } from '../executables.js'
import { inStack } from '../paths.js'
import type { Ports } from '../ports.js'
import type { ProcessSpec } from '../process/spec.js'
import type { Secrets } from '../secrets.js'

export const sqlUsers = {
  app: 'onsale_app',
  read: 'onsale_read',
  replication: 'onsale_replication',
  monitor: 'onsale_monitor',
} as const

/** Run by the server before it opens its port, at each start, unlogged: the secrets' file is the truth on primary and replica alike. */
const initialSql = (secrets: Secrets) => {
  const user = (name: string, password: string, grant: string) => [
    `CREATE USER IF NOT EXISTS '${name}'@'127.0.0.1';`,
    `ALTER USER '${name}'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `GRANT ${grant} TO '${name}'@'127.0.0.1';`,
  ]
  return [
    'SET SESSION sql_log_bin = 0;',
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${secrets.sqlRoot}';`,
    ...["''@'localhost'", "'root'@'::1'"].map((other) => `DROP USER IF EXISTS ${other};`),
    ...user('root', secrets.sqlRoot, 'ALL PRIVILEGES ON *.*'),
    ...user(sqlUsers.app, secrets.sqlApp, 'ALL PRIVILEGES ON `onsale\\_%`.*'),
    ...user(sqlUsers.read, secrets.sqlRead, 'SELECT ON `onsale\\_%`.*'),
    // To see how far replication is behind; REPLICATION CLIENT in MySQL.
    `GRANT REPLICA MONITOR ON *.* TO '${sqlUsers.read}'@'127.0.0.1';`,
    ...user(sqlUsers.replication, secrets.sqlReplication, 'REPLICATION SLAVE ON *.*'),
    // Sees counters and replication, and no row of ours.
    ...user(sqlUsers.monitor, secrets.sqlMonitor, 'PROCESS, BINLOG MONITOR, REPLICA MONITOR ON *.*'),
    '',
  ].join('\n')
}

export function mariadb(
  role: 'primary' | 'replica',
  dir: string,
  ports: Ports,
  secrets: Secrets,
  primaryPort = ports['mysql-primary'],
): ProcessSpec {
  const name = `mysql-${role}` as const
  const at = inStack(dir)
  const data = at.data(name)
  const conf = at.conf(name)
  const initFile = join(conf, 'init.sql')
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : []
  const open = (user: string, password: string) =>
    createConnection({ host: '127.0.0.1', port: ports[name], user, password, connectTimeout: 2_000 })
  const one = async (sql: string): Promise<RowDataPacket | undefined> => {
    const connection = await open(sqlUsers.read, secrets.sqlRead)
    try {
      const [rows] = await connection.query<RowDataPacket[]>(sql)
      return rows[0]
    } finally {
      await connection.end()
    }
  }
  return {
    name,
    kind: 'server',
    command: executable('mariadbd'),
    args: [
      '--no-defaults',
      ...asRoot,
      `--datadir=${data}`,
      // Relative to the data folder: a socket's path may have 107 bytes at most, and a checkout may lie deep.
      '--socket=server.sock',
      `--pid-file=${join(conf, 'server.pid')}`,
      `--tmpdir=${at.data(`${name}-tmp`)}`,
      `--port=${ports[name]}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      `--init-file=${initFile}`,
      `--server-id=${role === 'primary' ? 101 : 102}`,
      '--log-bin=binlog',
      '--binlog-format=ROW',
      '--gtid-strict-mode=ON',
      '--log-slave-updates=ON',
      '--relay-log-recovery=ON',
      // A replica whose disk was full goes on when there is room (1114: a table is full), instead of waiting for somebody.
      '--slave-transaction-retry-errors=1114',
      '--slave-transaction-retries=1000000',
      '--slave-transaction-retry-interval=1',
      `--read-only=${role === 'replica' ? 'ON' : 'OFF'}`,
      '--innodb-buffer-pool-size=128M',
      '--performance-schema=OFF',
      '--character-set-server=utf8mb4',
      '--collation-server=utf8mb4_bin',
      '--default-time-zone=+00:00',
    ],
    env: {},
    cwd: dir,
    url: `mysql://127.0.0.1:${ports[name]}`,
    async prepare() {
      mkdirSync(conf, { recursive: true })
      mkdirSync(at.data(`${name}-tmp`), { recursive: true })
      writeFileSync(initFile, initialSql(secrets), { mode: 0o600 })
      if (!existsSync(data)) await install(data, at.data(`${name}-tmp`), asRoot)
    },
    probe: async () => (await one('SELECT 1 AS one'))?.one === 1,
    ...(role === 'replica'
      ? { settle: () => replicate(() => open('root', secrets.sqlRoot), primaryPort, secrets.sqlReplication) }
      : {}),
    version: async () => (await one('SELECT VERSION() AS version'))?.version ?? null,
    stopWithinMs: 20_000,
  }
}

/** The data folder is whole or absent: an install that was cut off is done again. */
async function install(data: string, temporary: string, asRoot: string[]): Promise<void> {
  mkdirSync(dirname(data), { recursive: true })
  const part = `${data}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part)
  try {
    const options = ['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve']
    await execa(executable('mariadb-install-db'), ['--no-defaults', ...asRoot, `--datadir=${part}`, ...options], {
      // A server that starts clears the temporary tables out of its folder: in a shared one, those of every other too.
      env: { TMPDIR: temporary },
    })
    renameSync(part, data)
  } finally {
    rmSync(part, { recursive: true, force: true })
  }
}

/** Follows the primary from where the replica stands (GTID), and returns when both replication threads run. */
async function replicate(open: () => ReturnType<typeof createConnection>, primaryPort: number, password: string) {
  const connection = await open()
  try {
    await connection.query('STOP SLAVE')
    await connection.query(
      `CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${primaryPort}, MASTER_USER='${sqlUsers.replication}',
       MASTER_PASSWORD='${password}', MASTER_CONNECT_RETRY=1, MASTER_USE_GTID=slave_pos`,
    )
    await connection.query('START SLAVE')
    await untilReplicating(connection)
  } finally {
    await connection.end()
  }
}

async function untilReplicating(connection: Awaited<ReturnType<typeof createConnection>>, withinMs = 60_000) {
  const deadline = Date.now() + withinMs
  for (;;) {
    const [rows] = await connection.query<RowDataPacket[]>('SHOW SLAVE STATUS')
    const status = rows[0]
    if (status?.Slave_IO_Running === 'Yes' && status.Slave_SQL_Running === 'Yes') return
    const failure = status?.Last_SQL_Error || status?.Last_IO_Error
    // An SQL error does not mend itself; the I/O thread retries, e.g. while the primary is still starting.
    if (status?.Last_SQL_Error || Date.now() > deadline)
      throw new Error(`the MariaDB replica does not follow its primary: ${failure || 'no reason given'}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
