import { schemas } from '@onsale/schemas'
import type { Logger } from 'pino'
import { avroType, fingerprint } from './avro.js'
import { readBundle, type SchemaBundle, writeBundle } from './bundle.js'
import { SchemaConflictError } from './codec.js'
import { RegistryClient, RegistryRefusedError } from './registry-client.js'
import { compatibilityOf, subjects } from './subjects.js'

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
  for (const { subject, entry } of subjects(env)) {
    const rule = compatibilityOf[entry.kind]
    try {
      await registry.register(subject, entry.schema, rule)
    } catch (error) {
      if (!(error instanceof RegistryRefusedError)) throw error
      throw new IncompatibleSchemaError(
        `${subject} must stay ${rule}: the registry refuses the schema: ${error.message}`,
        {
          cause: error,
        },
      )
    }
    for (const { id, version, schema } of await registry.versionsOf(subject))
      add(bundle, id, { subject, version, schema })
  }
  await writeBundle(bundleFile, bundle)
  logger.info({ schemas: schemas.size, ids: Object.keys(bundle).length, bundleFile }, 'schemas are registered')
  return bundle
}

function add(bundle: SchemaBundle, id: number, found: { subject: string; version: number; schema: object }): void {
  const print = fingerprint(avroType(found.schema))
  const known = bundle[id]
  if (known && known.fingerprint !== print) {
    throw new SchemaConflictError(
      `the bundle has schema id ${id} as ${known.subject}, the registry as ${found.subject}: this is not the registry that the log was written with`,
    )
  }
  bundle[id] ??= { ...found, fingerprint: print, schema: found.schema as SchemaBundle[string]['schema'] }
}
