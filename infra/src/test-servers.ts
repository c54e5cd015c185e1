import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { createDatabase, databaseName, databaseReplicated } from './database.js'
import { kafkaFor } from './kafka-client.js'
import { migrateSchemas, migrateTables, migrateTopics } from './migrate/index.js'
import { checkoutRoot, inStack } from './paths.js'
import { identify, isRunning, type ProcessIdentity } from './process/identity.js'
import { allStarted, stop } from './process/run.js'
import type { Stack, StackOptions } from './stack.js'
import { startStack, stopStack } from './start-stack.js'
import { testContainers } from './testcontainers/launch-testcontainers.js'

const testsDir = join(checkoutRoot, '.onsale/test')

/** A folder's name says which process answers for it, so that a later run can clear away what a killed one left. */
const folderOf = (name: string) => {
  const { pid, startTicks, bootId } = identify(process.pid) as ProcessIdentity
  return join(testsDir, `${name}_${pid}_${startTicks}_${bootId}`)
}

async function clearAbandoned(): Promise<void> {
  if (!existsSync(testsDir)) return
  for (const folder of readdirSync(testsDir)) {
    const [, pid, startTicks = '', bootId = ''] = folder.split('_')
    if (isRunning({ pid: Number(pid), startTicks, bootId })) continue
    await stopStack(join(testsDir, folder))
    rmSync(join(testsDir, folder), { recursive: true, force: true })
  }
}

/** Ends what a run that was cut off has left running, also in the temporary folder that its suites had. */
export async function endAbandonedTests(temporaryFolder: string): Promise<void> {
  await clearAbandoned()
  for (const folder of readdirSync(temporaryFolder)) {
    const { pids } = inStack(join(temporaryFolder, folder))
    for (const entry of allStarted(pids)) await stop(entry, pids)
  }
}

/**
 * Servers for a whole run of suites; their variables go into process.env, where the suites' workers find them. Where
 * ONSALE_KAFKA_BROKERS is set already, someone else's servers are meant and nothing is started; ONSALE_TEST_DIR keeps the
 * servers of one folder from run to run.
 */
export async function startTestServers(onProgress: (line: string) => void): Promise<() => Promise<void>> {
  if (process.env.ONSALE_KAFKA_BROKERS) return async () => {}
  await clearAbandoned()
  const kept = process.env.ONSALE_TEST_DIR
  const dir = kept ?? folderOf('servers')
  const began = Date.now()
  const stack = await startForTests({ dir, env: 'test', services: false }, kept !== undefined)
  Object.assign(process.env, stack.connection.variables)
  onProgress(`servers ready in ${((Date.now() - began) / 1000).toFixed(1)} s`)
  return kept ? async () => {} : () => stack.stop()
}

/** A stack whose `stop` also removes its data, unless it is to be kept. What failed to start leaves its logs to the next run. */
async function startForTests(options: StackOptions, kept = false): Promise<Stack> {
  const stack = await startStack(options, testContainers(kept)).catch(async (error) => {
    if (!kept) await stopStack(options.dir)
    throw error
  })
  const stopProcesses = stack.stop.bind(stack)
  stack.stop = async (onProgress) => {
    await stopProcesses(onProgress)
    if (!kept) rmSync(options.dir, { recursive: true, force: true })
  }
  return stack
}

export interface SuiteServers {
  /** The ONSALE_* variables of an environment that no other suite shares. */
  variables: Record<string, string>
  /** Deletes its topics and its database. */
  drop(): Promise<void>
}

/** An environment of the suite's own on the run's servers: topics as declared, and, where asked for, schemas and tables. */
export async function suiteServers(
  name: string,
  with_: { database?: boolean; schemas?: boolean; tables?: boolean } = {},
): Promise<SuiteServers> {
  const base = Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) => (key.startsWith('ONSALE_') && value ? [[key, value]] : [])),
  ) as Record<string, string>
  if (!base.ONSALE_KAFKA_BROKERS) throw new Error('no servers: a suite that needs them is named *.int.spec.ts')
  const env = `${name}-${randomUUID().slice(0, 8)}`
  const onDatabase = (url = '') => Object.assign(new URL(url), { pathname: `/${databaseName(env)}` }).href
  const folder = folderOf(env)
  mkdirSync(folder, { recursive: true })
  const variables: Record<string, string> = {
    ...base,
    ONSALE_ENV: env,
    ONSALE_SCHEMA_BUNDLE: join(folder, 'schemas.bundle.json'),
    ONSALE_SQL_PRIMARY_URL: onDatabase(base.ONSALE_SQL_PRIMARY_URL),
    ONSALE_SQL_REPLICA_URL: onDatabase(base.ONSALE_SQL_REPLICA_URL),
  }
  const topics = await migrateTopics(variables)
  if (with_.database || with_.tables) {
    await createDatabase(variables.ONSALE_SQL_PRIMARY_URL as string)
    await databaseReplicated(variables.ONSALE_SQL_REPLICA_URL as string)
  }
  if (with_.schemas) await migrateSchemas(checkoutRoot, variables)
  if (with_.tables) await migrateTables(checkoutRoot, variables)
  return {
    variables,
    async drop() {
      const admin = kafkaFor(variables.ONSALE_KAFKA_BROKERS as string, 5).admin()
      await admin.connect()
      await admin.deleteTopics({ topics })
      await admin.disconnect()
      const connection = await createConnection(base.ONSALE_SQL_PRIMARY_URL as string)
      await connection.query(`DROP DATABASE IF EXISTS \`${databaseName(env)}\``)
      await connection.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A whole system of one's own, services and all, for a suite that kills parts of it. `stop` also removes its data. */
export async function startTestStack(
  name: string,
  options: Omit<StackOptions, 'dir' | 'env' | 'services'> = {},
): Promise<Stack> {
  await clearAbandoned()
  return startForTests({ ...options, dir: folderOf(name), env: name })
}
