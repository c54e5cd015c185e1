import { leaks, noted } from '../confidential.ts'

/** After the last e2e suite: nothing confidential that a suite has sent may stand in a log. Then the system ends. */
export default async function stopSystem() {
  const dir = process.env.ONSALE_E2E_DIR
  const found = dir ? leaks(dir, noted(dir)) : []
  await globalThis.stopSystem?.()
  if (found.length > 0) throw new Error(`confidential text in the logs:\n${found.join('\n')}`)
}
