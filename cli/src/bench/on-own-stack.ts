import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { PreflightError, type Stack, type StackOptions, startStack, stopStack } from '@onsale/infra'
import { stackDir } from '../checkout.js'
import { CommandError } from '../command.js'

export interface OwnStack extends Pick<StackOptions, 'env' | 'services'> {
  /** Folder, beside the user's own stack. */
  name: string
  say(line: string): void
}

/**
 * Does the work on a system that has no history and belongs to nobody else. Its servers are processes of their own and would outlive
 * us: what a run that was cut off has left is stopped first, and whatever happens here, a start that fails or Ctrl-C, nothing is left
 * running. After a failure the logs stay until the next run.
 */
export async function onOwnStack<Result>(
  { name, say, ...options }: OwnStack,
  work: (stack: Stack) => Promise<Result>,
): Promise<Result> {
  const dir = join(stackDir, name)
  await stopStack(dir)
  rmSync(dir, { recursive: true, force: true })
  const interrupted = () => void stopStack(dir).finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  let isDone = false
  try {
    const result = await work(await startStack({ ...options, dir, engine: 'native', onProgress: say }))
    isDone = true
    return result
  } catch (error) {
    throw error instanceof PreflightError ? new CommandError(error.message, 2) : error
  } finally {
    await stopStack(dir)
    if (isDone) rmSync(dir, { recursive: true, force: true })
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
  }
}
