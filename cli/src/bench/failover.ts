import { rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  benchFailover,
  type FailoverSettings,
  type FailoverSummary,
  failoverSummary,
  failoverTable,
} from '@onsale/bench'
import { migrateSchemas, migrateTopics, PreflightError, startStack, stopStack } from '@onsale/infra'
import { root, stackDir } from '../checkout.js'
import { CommandError } from '../command.js'

/** On servers of its own, with two deciders and nothing else of ours. */
export async function runFailover(
  settings: FailoverSettings,
  say: (line: string) => void,
): Promise<{ summary: FailoverSummary; tables: string }> {
  const dir = join(stackDir, 'bench-stack')
  // Of a run that was cut off.
  await stopStack(dir)
  rmSync(dir, { recursive: true, force: true })
  const options = { dir, env: 'bench', engine: 'native', services: false, onProgress: say } as const
  const stack = await startStack(options).catch((error: unknown) => {
    throw error instanceof PreflightError ? new CommandError(error.message, 2) : error
  })
  // Its servers are processes of their own and would outlive it.
  const end = () => void stack.stop().finally(() => process.exit(130))
  process.once('SIGINT', end).once('SIGTERM', end)
  try {
    const { variables } = stack.connection
    await migrateTopics(variables)
    await migrateSchemas(root, variables)
    const outcome = await benchFailover({ stack, settings, say })
    return { summary: failoverSummary(outcome), tables: failoverTable(outcome) }
  } finally {
    await stack.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
