import { benchOverload, type OverloadOutcome, type OverloadSettings } from '@onsale/bench'
import type { Stack } from '@onsale/infra'
import { auditStack } from '../audit-stack.js'
import { printLog } from '../event-log.js'
import { JournalFacts } from '../faults/check/journal-facts.js'
import { openBoxOffice } from './box-office.js'
import { onOwnStack } from './on-own-stack.js'

export interface OverloadRun {
  settings: OverloadSettings
  say(line: string): void
}

export interface OverloadReport {
  summary: {
    peakPerSecond: number
    offeredPerSecond: number
    goodputPerSecond: number
    shed: number
    lost: number
    recoverySeconds: number
  }
  /** What went wrong; nothing of it may. */
  objections: string[]
}

/** How long the read models may take to reach the log's end after the load, ms. */
const patienceMs = 180_000

/** On a system of its own, without a history. */
export const runOverload = ({ settings, say }: OverloadRun): Promise<OverloadReport> =>
  onOwnStack({ name: 'overload-stack', env: 'overload', say }, async (stack) => {
    const outcome = await benchOverload({ stack, shop: await openBoxOffice(stack), settings, say })
    say('recounting the log …')
    return recount(stack, outcome)
  })

/** Everything that was acknowledged is in the log, once; the log keeps its rules; nobody has died. */
async function recount(stack: Stack, outcome: OverloadOutcome): Promise<OverloadReport> {
  const { violations, undecided } = await auditStack(stack.connection, { againstReadModel: true, patienceMs })
  const journal = new JournalFacts([])
  await printLog(stack.connection, {
    ...{ show: null, last: null, follow: null },
    print: (record) => journal.add(record),
  })
  const held = (key: string) => (journal.answers.get(key) ?? []).filter(({ type }) => type === 'SeatsHeld').length
  const lost =
    [...outcome.acknowledged].filter((key) => held(key) === 0).length +
    [...outcome.taken].filter((key) => !journal.answers.has(key)).length
  const doubled = [...journal.answers.keys()].filter((key) => held(key) > 1).length
  const notReady = (await stack.status()).filter(({ ready }) => !ready).map(({ name }) => name)
  const { peakPerSecond, offeredPerSecond, goodputPerSecond, shed, recoverySeconds } = outcome
  return {
    summary: { peakPerSecond, offeredPerSecond, goodputPerSecond, shed, lost, recoverySeconds },
    objections: [
      ...(lost > 0 ? [`${lost} acknowledged commands are not in the log`] : []),
      ...(doubled > 0 ? [`${doubled} commands were done twice`] : []),
      ...(undecided > 0 ? [`${undecided} commands have no decision`] : []),
      ...outcome.crashed.map((name) => `${name} has ended, or was started again`),
      ...notReady.map((name) => `${name} is not ready`),
      ...violations.slice(0, 20).map(({ invariant, detail }) => `${invariant}: ${detail}`),
    ],
  }
}
