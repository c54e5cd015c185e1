import { resolve } from 'node:path'
import { inStack } from './paths.js'
import { loadSecrets } from './secrets.js'
import { readState } from './state.js'

/** mysql://root:…: for settings of a stack's primary that its application's user may not change. */
export function sqlAdministratorUrl(dir: string): string {
  const state = readState(resolve(dir))
  if (!state) throw new Error(`no stack was started in ${dir}`)
  const { sqlRoot } = loadSecrets(inStack(resolve(dir)).secrets)
  return `mysql://root:${sqlRoot}@127.0.0.1:${state.ports['mysql-primary']}`
}
