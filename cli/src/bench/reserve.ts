import { benchReserve, type ReserveOutcome, type ReserveSummary, reserveTables, summaryOf } from '@onsale/bench'
import { type Stack, sqlAdministratorUrl } from '@onsale/infra'
import { runningStack } from '../running-stack.js'
import { openBoxOffice } from './box-office.js'
import { onOwnStack } from './on-own-stack.js'
import type { BenchRun } from './registry.js'

interface ReserveReport {
  summary: ReserveSummary
  outcome: ReserveOutcome
  tables: string
  versions: Record<string, string>
}

/** On a stack that has no history, but for `running`: a log and tables that are large already would be measured with it. */
export const runReserve = async ({ settings, running, say }: BenchRun): Promise<ReserveReport> => {
  const work = (stack: Stack) => reserve(stack, settings, say)
  return running ? work(runningStack()) : onOwnStack({ name: 'bench-stack', env: 'bench', say }, work)
}

async function reserve(stack: Stack, settings: BenchRun['settings'], say: BenchRun['say']): Promise<ReserveReport> {
  const { dir } = stack.connection
  const shop = await openBoxOffice(stack)
  const outcome = await benchReserve({ stack, administratorUrl: sqlAdministratorUrl(dir), shop, settings, say })
  const summary = summaryOf(outcome.measured, outcome.counted)
  const versions = (await stack.status()).flatMap(({ name, kind, version }) =>
    kind === 'server' && version ? [[name, version] as const] : [],
  )
  return { summary, outcome, tables: reserveTables(outcome, summary), versions: Object.fromEntries(versions) }
}
