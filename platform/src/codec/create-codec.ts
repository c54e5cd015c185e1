import { isDeepStrictEqual } from 'node:util'
import { schemas } from '@onsale/schemas'
import type { Logger } from 'pino'
import { systemTimers, type Timers } from '../ports/index.js'
import { avroType, fingerprint } from './avro.js'
import { readBundle, type SchemaBundle } from './bundle.js'
import { RegistryUnavailableError, SchemaConflictError } from './codec.js'
import { RegistryClient } from './registry-client.js'
import { SchemaCodec } from './schema-codec.js'
import { subjects } from './subjects.js'

export interface CodecOptions {
  env: string
  registryUrl: string
  /** Written by the migration step; null or an absent file: the registry alone. */
  bundleFile: string | null
  logger: Logger
  timers?: Timers
}

/**
 * The codec of a service. Asks the registry for the ids of our schemas (it never registers them: the migration step does)
 * and waits until they are there. A registry that does not answer is done without where the bundle has them all.
 * @throws SchemaConflictError where an id means one thing to the registry and another to the bundle
 */
export async function createCodec(options: CodecOptions): Promise<SchemaCodec> {
  const { env, registryUrl, bundleFile, logger } = options
  const timers = options.timers ?? systemTimers
  const registry = new RegistryClient(registryUrl)
  for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
    const bundle = bundleFile === null ? null : await readBundle(bundleFile)
    try {
      const { ids, missing } = await idsOfRegistry(registry, env)
      if (missing.length === 0) {
        refuseConflicts(ids, bundle ?? {})
        return new SchemaCodec(ids, finder(registry, bundle ?? {}))
      }
      logger.info({ missing }, 'waiting for the schemas to be registered')
    } catch (error) {
      if (!(error instanceof RegistryUnavailableError)) throw error
      const ids = bundle && idsOfBundle(bundle)
      if (ids) {
        logger.warn({ err: error, bundleFile }, 'the schema registry does not answer, going on with the bundle')
        return new SchemaCodec(ids, finder(registry, bundle))
      }
      logger.info({ err: error, registryUrl }, 'waiting for the schema registry')
    }
    await timers.sleep(pauseMs)
  }
}

/** A codec without a registry: ids are the schemas' places in the list. For tests and the simulator, never for a real log. */
export function localCodec(): SchemaCodec {
  return new SchemaCodec(new Map([...schemas.keys()].map((name, index) => [name, index + 1])), async () => null)
}

async function idsOfRegistry(registry: RegistryClient, env: string) {
  const ids = new Map<string, number>()
  const missing: string[] = []
  await Promise.all(
    subjects(env).map(async ({ subject, entry }) => {
      const id = await registry.idOf(subject, entry.schema)
      if (id === null) missing.push(subject)
      else ids.set(entry.name, id)
    }),
  )
  return { ids, missing }
}

/** Null where the bundle lacks one of our schemas. */
function idsOfBundle(bundle: SchemaBundle): Map<string, number> | null {
  const ids = new Map<string, number>()
  for (const { name, schema } of schemas.values()) {
    const found = Object.entries(bundle).find(([, bundled]) => isDeepStrictEqual(bundled.schema, schema))
    if (!found) return null
    ids.set(name, Number(found[0]))
  }
  return ids
}

function refuseConflicts(ids: ReadonlyMap<string, number>, bundle: SchemaBundle): void {
  for (const [name, id] of ids) {
    const bundled = bundle[id]
    if (bundled && bundled.fingerprint !== fingerprint(avroType((schemas.get(name) as { schema: object }).schema))) {
      throw new SchemaConflictError(
        `the registry says that schema id ${id} is ${name}, the bundle says ${bundled.subject}: this is not the registry that the log was written with`,
      )
    }
  }
}

const finder = (registry: RegistryClient, bundle: SchemaBundle) => async (id: number) =>
  bundle[id]?.schema ?? (await registry.schemaOf(id))
