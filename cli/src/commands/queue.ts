import { CommandError, type Register } from '../command.js'

export const queue: Register = (program) => {
  const verbs = program.command('queue').description('waiting rooms: verify-draw')
  verbs
    .command('verify-draw')
    .description('does the draw of a waiting room again from the log, and compares every place')
    .requiredOption('--show <id>', 'whose room')
    .option('--json', 'all of it, the order included, as one JSON object')
    .action(async ({ show, json }: { show: string; json?: boolean }) => {
      const { printLog } = await import('../event-log.js')
      const { DrawCheck } = await import('../queue/draw-check.js')
      const { startedStack } = await import('../running-stack.js')
      const check = new DrawCheck(show)
      const print = (record: { type: string; data: unknown }) => check.add(record)
      await printLog(startedStack().connection, { of: 'queue', show, last: null, follow: null, print })
      const { wrong, ...draw } = check.verdict()
      const { entries, commitment, seed, lobbyDigest, order } = draw
      if (json) process.stdout.write(`${JSON.stringify({ ok: wrong.length === 0, wrong, ...draw })}\n`)
      else {
        process.stdout.write(`commitment  ${commitment}\nseed        ${seed}\nlobby       ${lobbyDigest}\n`)
        process.stdout.write(`first       ${order.slice(0, 3).join(' ')}\n`)
        for (const line of wrong.slice(0, 10)) process.stdout.write(`wrong: ${line}\n`)
      }
      if (wrong.length > 0) throw new CommandError(`the draw of ${show} does not hold: ${wrong[0]}`, 1)
      if (!json) process.stdout.write(`the draw holds: ${entries} places as seed and lobby give them\n`)
    })
}
