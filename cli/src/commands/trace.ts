import { z } from 'zod'
import { CommandError, type Register } from '../command.js'

const answer = z.object({ traceId: z.string(), spans: z.array(z.custom<import('@onsale/infra').KeptSpan>()) })

export const trace: Register = (program) => {
  program
    .command('trace')
    .description('one command from request to projection and read, as a tree of its spans; needs up --observe')
    .argument('[id]', 'a trace id (32 hex digits) or a command id; default: the last command')
    .option('--json', 'the spans, one JSON object')
    .action(async (id: string | undefined, { json }: { json?: boolean }) => {
      const { startedStack } = await import('../running-stack.js')
      const { traceTree } = await import('../trace/trace-tree.js')
      const collector = (await startedStack().status()).find(({ name }) => name === 'trace-collector')
      if (!collector?.ready) throw new CommandError('nothing is traced here; ./onsale up --observe', 2)
      const query =
        id === undefined ? '' : /^[0-9a-f]{32}$/.test(id) ? `?trace=${id}` : `?command=${encodeURIComponent(id)}`
      const response = await fetch(`${collector.url}/traces${query}`)
      if (!response.ok) throw new CommandError(id ? `no trace of ${id} is kept` : 'no command has been traced yet')
      const { traceId, spans } = answer.parse(await response.json())
      process.stdout.write(
        json ? `${JSON.stringify({ traceId, spans })}\n` : `${traceTree(traceId, spans).join('\n')}\n`,
      )
    })
}
