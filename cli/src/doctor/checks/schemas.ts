import { RegistryUnavailableError, unregisteredSubjects } from '@onsale/platform/codec'
import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

/** Every schema of this build is in the registry, and in the bundle that carries services through its absence. */
export async function schemas({ env, variables }: Patient): Promise<Finding[]> {
  const found = new Findings('schemas')
  const registryUrl = variables.ONSALE_REGISTRY_URL ?? ''
  const bundleFile = variables.ONSALE_SCHEMA_BUNDLE ?? ''
  try {
    const { all, notInRegistry, notInBundle } = await unregisteredSubjects({ env, registryUrl, bundleFile })
    for (const subject of notInRegistry)
      found.fail(`${subject} is not in the registry as this build has it`, './onsale up registers it')
    for (const subject of notInBundle)
      found.warn(`${subject} is not in the bundle ${bundleFile}`, './onsale up writes the bundle anew')
    return found.orOk(`${all} are registered and in the bundle`)
  } catch (error) {
    if (!(error instanceof RegistryUnavailableError)) throw error
    found.warn(error.message, 'services carry on with the bundle; new schemas cannot be registered until it is back')
    return found.all
  }
}
