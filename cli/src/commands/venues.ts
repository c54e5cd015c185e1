import { writeFile } from 'node:fs/promises'
import Table from 'cli-table3'
import { Option } from 'commander'
import { CommandError, type Register } from '../command.js'

const seatIds = ['guid', 'uuid', 'position']

export const venues: Register = (program) => {
  const group = program.command('venues').description('seating plans: list, import a file, generate one')

  group
    .command('list')
    .description('the plans that shows can be scheduled on')
    .option('--json', 'as the API answers')
    .action(async ({ json }: { json?: boolean }) => {
      const { apiAs } = await import('../api/api-as.js')
      const { bodyOf } = await import('../api/problem-line.js')
      const api = await apiAs('organizer')
      const body = bodyOf<{ venues: Venue[] }>('venues', await api.get('/api/venues'))
      if (json) process.stdout.write(`${JSON.stringify(body)}\n`)
      else {
        const table = new Table({ head: ['name', 'seats', 'places in areas', 'plan'], style: plain })
        for (const { name, seats, places, planHash } of body.venues) table.push([name, seats, places, planHash])
        process.stdout.write(`${table.toString()}\n`)
      }
    })

  group
    .command('import')
    .description("store a seating plan: pretix's format or our own")
    .argument('<file>')
    .addOption(
      new Option('--seat-id <field>', "which field of a pretix plan is a seat's id").choices(seatIds).default('guid'),
    )
    .action(async (file: string, { seatId }: { seatId: 'guid' | 'uuid' | 'position' }) => {
      const { importPlan, planOf } = await import('../venues/import-plan.js')
      const { apiAs } = await import('../api/api-as.js')
      const { plan, notes } = await planOf(file, seatId)
      const { planHash, seats, places } = await importPlan(await apiAs('organizer'), plan)
      for (const note of notes) process.stderr.write(`${note}\n`)
      process.stdout.write(`${plan.name}: ${seats} seats, ${places} places in areas\n${planHash}\n`)
    })

  group
    .command('generate')
    .description('write a plan of our own making, to import it')
    .argument('<kind>', 'round-hall, theatre or stadium')
    .option('--seats <count>', 'places in all', wholeNumber)
    .option('--out <file>', 'where to; else to stdout')
    .action(async (kind: string, { seats, out }: { seats?: number; out?: string }) => {
      const { roundHall, stadium, theatre } = await import('@onsale/domain')
      const kinds: Record<string, () => unknown> = {
        'round-hall': () => roundHall({ seats: seats ?? 738 }),
        theatre: () => (seats === undefined ? theatre() : theatre({ places: seats, standing: Math.floor(seats / 8) })),
        stadium: () => (seats === undefined ? stadium() : stadium({ seats, sections: sectionsOf(seats) })),
      }
      const generate = kinds[kind]
      if (!generate) throw new CommandError(`there is round-hall, theatre and stadium, no ${kind}`, 2)
      const text = `${JSON.stringify(generate())}\n`
      if (out === undefined) process.stdout.write(text)
      else await writeFile(out, text)
    })
}

interface Venue {
  planHash: string
  name: string
  seats: number
  places: number
}

/** A section of a stadium has eight seats at least, usually hundreds. */
const sectionsOf = (seats: number) => Math.max(4, Math.min(60, 2 * Math.floor(seats / 32)))

const plain = { head: [], border: [], compact: true }

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!/^[0-9]{1,6}$/.test(text) || value < 32)
    throw new CommandError(`--seats: a whole number from 32, not ${text}`, 2)
  return value
}
