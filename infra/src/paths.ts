import { join, resolve } from 'node:path'

/** The checkout that this code was built in (infra/src and infra/dist lie equally deep). */
export const checkoutRoot = resolve(import.meta.dirname, '../..')

/** Where things lie in a stack's folder. */
export const inStack = (dir: string) => ({
  state: join(dir, 'state.json'),
  lock: join(dir, 'lock'),
  pids: join(dir, 'run'),
  logs: join(dir, 'logs'),
  logFile: (name: string) => join(dir, 'logs', `${name}.log`),
  data: (name: string) => join(dir, 'data', name),
  conf: (name: string) => join(dir, 'conf', name),
  secrets: join(dir, 'secrets'),
  schemaBundle: join(dir, 'schemas.bundle.json'),
})
