import { openStack, PreflightError, type Stack, startStack } from '@onsale/infra'
import { stackDir } from '../checkout.js'
import { CommandError } from '../command.js'

/** The servers of this checkout, started where they are not; none of our services may run. @throws CommandError (2) */
export async function servers(env: string): Promise<Stack> {
  const stack = openStack(stackDir)
  if (stack) {
    const running = (await stack.status()).filter(({ kind, pid }) => kind === 'service' && pid !== null)
    if (running.length > 0)
      throw new CommandError(
        `this system runs (${running.map(({ name }) => name).join(', ')}): restore needs an empty one; ./onsale down first`,
        2,
      )
  }
  return startStack({
    dir: stackDir,
    services: false,
    ...(stack ? {} : { env }),
    onProgress: (line) => process.stderr.write(`${line}\n`),
  }).catch((error) => {
    throw error instanceof PreflightError ? new CommandError(error.message, 2) : error
  })
}
