import {
  benchFailover,
  type FailoverSettings,
  type FailoverSummary,
  failoverSummary,
  failoverTable,
} from '@onsale/bench'
import { migrateSchemas, migrateTopics } from '@onsale/infra'
import { root } from '../checkout.js'
import { onOwnStack } from './on-own-stack.js'

/** On servers of its own, with two deciders and nothing else of ours. */
export const runFailover = (
  settings: FailoverSettings,
  say: (line: string) => void,
): Promise<{ summary: FailoverSummary; tables: string }> =>
  onOwnStack({ name: 'bench-stack', env: 'bench', services: false, say }, async (stack) => {
    const { variables } = stack.connection
    await migrateTopics(variables)
    await migrateSchemas(root, variables)
    const outcome = await benchFailover({ stack, settings, say })
    return { summary: failoverSummary(outcome), tables: failoverTable(outcome) }
  })
