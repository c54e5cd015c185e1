import Table from 'cli-table3'
import { CommandError, type Register } from '../command.js'
import { durationSeconds } from '../token/duration.js'

interface ScheduleOptions {
  title: string
  currency: string
  price: Record<string, number>
  limit: number
  hold: number
  from?: string
  until?: string
  startsIn: number
}

export const shows: Register = (program) => {
  const group = program.command('shows').description('what is on sale: list, schedule')

  group
    .command('list')
    .option('--json', 'as the API answers')
    .action(async ({ json }: { json?: boolean }) => {
      const { apiAs } = await import('../api/api-as.js')
      const { bodyOf } = await import('../api/problem-line.js')
      const body = bodyOf<{ shows: Show[] }>('shows', await (await apiAs('organizer')).get('/api/shows'))
      if (json) process.stdout.write(`${JSON.stringify(body)}\n`)
      else {
        const head = ['title', 'starts', 'capacity', 'sold', 'held', 'show']
        const table = new Table({ head, style: { head: [], border: [], compact: true } })
        for (const { title, startsAt, capacity, sold, held, showId } of body.shows)
          table.push([title, startsAt, capacity, sold, held, showId])
        process.stdout.write(`${table.toString()}\n`)
      }
    })

  group
    .command('schedule')
    .description('put a show on sale; prints its id')
    .argument('<plan>', "the plan's hash, as venues import prints it")
    .requiredOption('--title <title>')
    .requiredOption('--currency <code>', 'ISO 4217: EUR, KRW')
    .requiredOption('--price <category=minor>', 'one for each category, in minor units: A=4500', price, {})
    .option('--limit <places>', 'most places of one customer', wholeNumber, 4)
    .option('--hold <duration>', 'how long seats are held', durationSeconds, 600)
    .option('--from <time>', 'sales open, ISO 8601; else now')
    .option('--until <time>', 'sales close, ISO 8601; else when it starts')
    .option('--starts-in <duration>', 'when the curtain rises', durationSeconds, 7 * 86_400)
    .action(async (planHash: string, options: ScheduleOptions) => {
      const { apiAs } = await import('../api/api-as.js')
      const { scheduleShow } = await import('../shows/schedule-show.js')
      const now = Date.now()
      const startsAt = now + options.startsIn * 1_000
      const { showId } = await scheduleShow(await apiAs('organizer'), {
        planHash,
        title: options.title,
        currency: options.currency,
        prices: Object.entries(options.price).map(([category, priceMinor]) => ({ category, priceMinor })),
        perCustomerLimit: options.limit,
        holdSeconds: options.hold,
        salesFrom: new Date(options.from ?? now),
        salesUntil: new Date(options.until ?? startsAt),
        startsAt: new Date(startsAt),
      })
      process.stdout.write(`${showId}\n`)
    })
}

interface Show {
  showId: string
  title: string
  startsAt: string
  capacity: number
  sold: number
  held: number
}

function price(text: string, all: Record<string, number>): Record<string, number> {
  const match = /^(.+)=(0|[1-9][0-9]{0,11})$/.exec(text)
  if (!match) throw new CommandError(`--price: category=minor units, as in A=4500, not ${text}`, 2)
  return { ...all, [match[1] as string]: Number(match[2]) }
}

function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw new CommandError(`--limit: a whole number from 1, not ${text}`, 2)
  return Number(text)
}
