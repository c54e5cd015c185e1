import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { benchReserve, type ReserveOutcome, type ReserveSummary, reserveTables, summaryOf } from '@onsale/bench'
import { PreflightError, type Stack, sqlAdministratorUrl, startStack } from '@onsale/infra'
import { stackDir } from '../checkout.js'
import { CommandError } from '../command.js'
import { runningStack } from '../running-stack.js'
import { openBoxOffice } from './box-office.js'
import type { BenchRun } from './registry.js'

export async function runReserve({ settings, running, say }: BenchRun): Promise<{
  summary: ReserveSummary
  outcome: ReserveOutcome
  tables: string
  versions: Record<string, string>
}> {
  const stack = running ? runningStack() : await newStack(say)
  try {
    const { dir } = stack.connection
    const administratorUrl = sqlAdministratorUrl(dir)
    const shop = await openBoxOffice(stack)
    const outcome = await benchReserve({ stack, administratorUrl, shop, settings, say })
    const summary = summaryOf(outcome.measured, outcome.counted)
    const versions = (await stack.status()).flatMap(({ name, kind, version }) =>
      kind === 'server' && version ? [[name, version] as const] : [],
    )
    return { summary, outcome, tables: reserveTables(outcome, summary), versions: Object.fromEntries(versions) }
  } finally {
    if (!running) {
      await stack.stop()
      rmSync(stack.connection.dir, { recursive: true, force: true })
    }
  }
}

/** A stack that has no history: a log and tables that are large already would be measured with it. */
async function newStack(say: (line: string) => void): Promise<Stack> {
  const dir = join(stackDir, 'bench-stack')
  rmSync(dir, { recursive: true, force: true })
  const stack = await startStack({ dir, env: 'bench', engine: 'native', onProgress: say }).catch((error: unknown) => {
    throw error instanceof PreflightError ? new CommandError(error.message, 2) : error
  })
  return stack
}
