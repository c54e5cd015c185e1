import { openStack, startTestStack } from '@onsale/infra'

/**
 * Before the first e2e suite of a run: one whole system for all of them. Where ONSALE_E2E_DIR is set already, the stack of
 * that folder is meant, and left running.
 */
export default async function startSystem() {
  if (process.env.ONSALE_E2E_DIR && openStack(process.env.ONSALE_E2E_DIR)) return
  const stack = await startTestStack('e2e')
  process.env.ONSALE_E2E_DIR = stack.connection.dir
  globalThis.stopSystem = () => stack.stop()
}
