import { avroType, fingerprint } from './avro.js'
import { readBundle } from './bundle.js'
import { RegistryClient } from './registry-client.js'
import { subjects } from './subjects.js'

/**
 * Schemas of this build that the registry, or the bundle, does not have; the registry under their subject.
 * @throws RegistryUnavailableError
 */
export async function unregisteredSubjects(where: {
  env: string
  registryUrl: string
  bundleFile: string
}): Promise<{ all: number; notInRegistry: string[]; notInBundle: string[] }> {
  const registry = new RegistryClient(where.registryUrl)
  // A schema under two subjects has one id, and stands in the bundle once.
  const bundled = new Set(Object.values((await readBundle(where.bundleFile)) ?? {}).map((it) => it.fingerprint))
  const all = subjects(where.env)
  const notInRegistry: string[] = []
  for (const { subject, entry } of all)
    if ((await registry.idOf(subject, entry.schema)) === null) notInRegistry.push(subject)
  const notInBundle = all
    .filter(({ entry }) => !bundled.has(fingerprint(avroType(entry.schema))))
    .map(({ subject }) => subject)
  return { all: all.length, notInRegistry, notInBundle }
}
