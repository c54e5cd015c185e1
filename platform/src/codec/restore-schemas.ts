import { readBundle, type SchemaBundle, writeBundle } from './bundle.js'
import { SchemaConflictError } from './codec.js'
import { type Compatibility, RegistryClient } from './registry-client.js'
import { compatibilityOf } from './subjects.js'

export interface RestoreSchemasOptions {
  registryUrl: string
  env: string
  bundleFile: string
  /** As a backup has it. */
  bundle: SchemaBundle
}

/** A registry gives out its ids in order, one for each schema that it has not seen: so those that nobody has any more are used up. */
const filler = (n: number) => ({ type: 'record' as const, name: `Unused${n}`, namespace: 'onsale.restore', fields: [] })
const mostUnused = 10_000

/**
 * Registers every schema of the bundle under the id that the log knows it by, and writes the bundle. What is right already stays.
 * @throws SchemaConflictError where the registry has given one of the ids to something else
 */
export async function restoreSchemas({ registryUrl, env, bundleFile, bundle }: RestoreSchemasOptions): Promise<number> {
  const registry = new RegistryClient(registryUrl)
  const wanted = Object.entries(bundle)
    .map(([id, entry]) => ({ id: Number(id), ...entry }))
    .sort((a, b) => a.id - b.id)
  const unused: string[] = []
  let last = 0
  for (const { id, subject, schema } of wanted) {
    const there = await registry.idOf(subject, schema as never)
    if (there === null) {
      for (let n = 0; last < id - 1 && (await registry.schemaOf(id - 1)) === null; n += 1) {
        if (n === mostUnused) throw new SchemaConflictError(`the registry does not come to the id ${id}`)
        const subject = `${env}.restore-unused-${last + 1}`
        unused.push(subject)
        last = await registry.register(subject, filler(last + 1) as never, 'FULL')
      }
    }
    const given = there ?? (await registry.register(subject, schema as never, compatibilityOfName(schema.namespace)))
    if (given !== id)
      throw new SchemaConflictError(
        `the registry has ${subject} as id ${given}, the log knows it as ${id}: it had schemas of others; restore needs an empty one`,
      )
    last = Math.max(last, id)
  }
  for (const subject of unused) await registry.forget(subject)
  await writeBundle(bundleFile, { ...(await readBundle(bundleFile)), ...bundle })
  return wanted.length
}

const compatibilityOfName = (namespace = ''): Compatibility =>
  compatibilityOf[namespace.endsWith('.commands') ? 'command' : 'event']
