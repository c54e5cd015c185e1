import { createDatabase, databaseReplicated } from '../database.js'
import { brokerNames, serviceInstances } from '../layout.js'
import { migrateSchemas, migrateTables, migrateTopics } from '../migrate/index.js'
import { inStack } from '../paths.js'
import { running, start, untilReady } from '../process/run.js'
import type { ProcessSpec } from '../process/spec.js'
import type { StackState } from '../state.js'
import { observerNames } from './observe/observer-names.js'
import { serviceNames } from './services.js'

export type Progress = (line: string) => void

/** Starts the process unless it runs already, and returns when it answers. */
export async function bringUp(dir: string, spec: ProcessSpec, signal?: AbortSignal): Promise<'started' | 'ran'> {
  const at = inStack(dir)
  const already = running(at.pids, spec.name)
  if (!already) await spec.prepare?.()
  signal?.throwIfAborted()
  const entry = already ?? (await start(spec, at.pids, at.logFile(spec.name)))
  await untilReady(spec, entry, at.logFile(spec.name), signal)
  return already ? 'ran' : 'started'
}

/**
 * Starts what does not run yet, each process as soon as those that it needs answer: the registry keeps its data in
 * Kafka, a replica needs nothing but its own start, migrations need their server, our services need topics and tables.
 */
export async function launch(
  dir: string,
  state: StackState,
  specs: Map<string, ProcessSpec>,
  variables: Record<string, string>,
  onProgress: Progress,
): Promise<void> {
  const began = Date.now()
  const failure = new AbortController()
  const say = (what: string) => onProgress(`${what} (${((Date.now() - began) / 1000).toFixed(1)} s)`)
  const up = async (name: string) => {
    const spec = specs.get(name) as ProcessSpec
    const how = await bringUp(dir, spec, failure.signal)
    say(how === 'started' ? `${name} ready` : `${name} was running`)
    return spec
  }
  const settled = async (name: string) => (await up(name)).settle?.()

  // Several brokers have a quorum only together.
  const kafka = Promise.all(brokerNames(state.shape).map(up))
  const primary = settled('mysql-primary').then(() => createDatabase(variables.ONSALE_SQL_PRIMARY_URL as string))
  const replica = Promise.all([primary, settled('mysql-replica')]).then(() =>
    databaseReplicated(variables.ONSALE_SQL_REPLICA_URL as string),
  )
  const registry = kafka.then(() => up('registry'))
  const servers = [
    kafka.then(([spec]) => spec?.settle?.()),
    registry,
    replica,
    settled('redis-primary'),
    settled('redis-replica'),
    ...(state.shape.observed ? observerNames.map(up) : []),
  ]
  if (!state.services) return allOrFirstError(servers, failure)
  const services = serviceInstances(state.shape, serviceNames)
  const topics = kafka
    .then(() => migrateTopics(variables, state.shape.brokers > 1 ? 'deployed' : 'local'))
    .then((made) => say(`topics verified, ${made.length} created`))
  const tables = primary.then(() => migrateTables(state.root, variables)).then(() => say('tables migrated'))
  const schemas = registry.then(() => migrateSchemas(state.root, variables)).then(() => say('schemas registered'))
  // The registry is by far the last to answer. Services with the bundle of last time don't need it; without it they wait.
  const started = Promise.all([topics, tables, replica]).then(() => Promise.all(services.map(({ name }) => up(name))))
  await allOrFirstError([...servers, schemas, started, up('nginx')], failure)
}

/** At the first failure the others are told to give up, so that the caller is not kept waiting by them. */
async function allOrFirstError(work: Promise<unknown>[], failure: AbortController): Promise<void> {
  try {
    await Promise.all(work)
  } catch (error) {
    failure.abort(error)
    await Promise.allSettled(work)
    throw error
  }
}
