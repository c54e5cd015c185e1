import { CommandError, type Register } from '../command.js'

interface Wanted {
  show?: string
  queue?: boolean
  last: number
  follow?: boolean
  json?: boolean
}

export const events: Register = (program) => {
  program
    .command('events')
    .description('the events of the log: partition/offset, time, stream version, name, values')
    .option('--show <id>', 'of one show only')
    .option('--queue', 'of waiting rooms, not of shows')
    .option('-n, --last <count>', 'the last so many; 0: all', wholeNumber, 20)
    .option('-f, --follow', 'go on with what comes, until Ctrl-C')
    .option('--json', 'a JSON object a line, headers included')
    .action(async ({ show, queue, last, follow, json }: Wanted) => {
      const { printLog } = await import('../event-log.js')
      const { startedStack } = await import('../running-stack.js')
      const stop = new AbortController()
      process.once('SIGINT', () => stop.abort())
      await printLog(startedStack().connection, {
        of: queue ? 'queue' : 'reservation',
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
