import { CommandError, type Register } from '../command.js'

export const events: Register = (program) => {
  program
    .command('events')
    .description('the events of the log: partition/offset, time, stream version, name, values')
    .option('--show <id>', 'of one show only')
    .option('-n, --last <count>', 'the last so many; 0: all', wholeNumber, 20)
    .option('-f, --follow', 'go on with what comes, until Ctrl-C')
    .option('--json', 'a JSON object a line, headers included')
    .action(async ({ show, last, follow, json }: { show?: string; last: number; follow?: boolean; json?: boolean }) => {
      const { printLog } = await import('../event-log.js')
      const { startedStack } = await import('../running-stack.js')
      const stop = new AbortController()
      process.once('SIGINT', () => stop.abort())
      await printLog(startedStack().connection, {
        show: show ?? null,
        last: last === 0 ? null : last,
        follow: follow ? stop.signal : null,
        print: (record) => {
          const { partition, offset, time, streamVersion, type, data } = record
          const text = json
            ? JSON.stringify(record)
            : `${partition}/${offset} ${new Date(time).toISOString()} v${streamVersion ?? '-'} ${type} ${JSON.stringify(data)}`
          process.stdout.write(`${text}\n`)
        },
      })
    })
}

function wholeNumber(text: string): number {
  if (!/^[0-9]{1,7}$/.test(text)) throw new CommandError(`-n takes a number of events, not ${text}`, 2)
  return Number(text)
}
