import { schemas } from '@onsale/schemas'
import type { Logger } from 'pino'
import { avroType, fingerprint } from './avro.js'
import { type BundledSchema, readBundle, type SchemaBundle, writeBundle } from './bundle.js'
import { SchemaConflictError } from './codec.js'
import { type RegisteredVersion, RegistryClient, RegistryRefusedError } from './registry-client.js'
import { compatibilityOf, type Subject, subjects } from './subjects.js'

/** The registry will not have one of our schemas. */
export class IncompatibleSchemaError extends Error {}

export interface RegisterOptions {
  registryUrl: string
  env: string
  bundleFile: string
  logger: Logger
}

/**
 * The migration step: registers every schema under its subject, and writes the bundle, which keeps what it had and gains
 * every version that the registry knows of our subjects. Doing it again changes nothing.
 * @throws IncompatibleSchemaError naming subject and rule; SchemaConflictError where the bundle has an id otherwise
 */
export async function registerSchemas({
  registryUrl,
  env,
  bundleFile,
  logger,
}: RegisterOptions): Promise<SchemaBundle> {
  const registry = new RegistryClient(registryUrl)
  const bundle: SchemaBundle = { ...(await readBundle(bundleFile)) }
  // All at once: each is a handful of calls, and the registry answers each only after its own log has it.
  const settled = await Promise.allSettled(subjects(env).map((it) => registered(registry, it)))
  for (const result of settled) {
    if (result.status === 'rejected') throw result.reason
    for (const found of result.value) add(bundle, found)
  }
  await writeBundle(bundleFile, bundle)
  logger.info({ schemas: schemas.size, ids: Object.keys(bundle).length, bundleFile }, 'schemas are registered')
  return bundle
}

interface FoundVersion extends RegisteredVersion {
  subject: string
}

/** Registers our schema under the subject; every version that the subject then has. */
async function registered(registry: RegistryClient, { subject, entry }: Subject): Promise<FoundVersion[]> {
  const rule = compatibilityOf[entry.kind]
  try {
    await registry.register(subject, entry.schema, rule)
  } catch (error) {
    if (!(error instanceof RegistryRefusedError)) throw error
    throw new IncompatibleSchemaError(
      `${subject} must stay ${rule}: the registry refuses the schema: ${error.message}`,
      { cause: error },
    )
  }
  return (await registry.versionsOf(subject)).map((version) => ({ subject, ...version }))
}

function add(bundle: SchemaBundle, { id, subject, version, schema }: FoundVersion): void {
  const print = fingerprint(avroType(schema))
  const known = bundle[id]
  if (known && known.fingerprint !== print) {
    throw new SchemaConflictError(
      `the bundle has schema id ${id} as ${known.subject}, the registry as ${subject}: this is not the registry that the log was written with`,
    )
  }
  bundle[id] ??= { subject, version, fingerprint: print, schema: schema as BundledSchema['schema'] }
}
