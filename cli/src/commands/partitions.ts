import { CommandError, type Register } from '../command.js'
import { operatorId } from '../parked/parked-name.js'
import type { PartitionDesk } from '../partitions/partition-desk.js'
import { movedText, partitionsText } from '../partitions/show-partitions.js'

export const partitions: Register = (program) => {
  const group = program.command('partitions').description('who serves the partitions: list, drain, undrain, move, add')

  group
    .command('list')
    .description('who owns which partition since when, who stands by, and what waits')
    .option('--json', 'one JSON object')
    .action(({ json }: { json?: boolean }) =>
      atDesk(async (desk) => {
        const found = await desk.status()
        say(json ? JSON.stringify(found) : partitionsText(found, Date.now()))
      }),
    )

  group
    .command('drain')
    .description('all partitions of a decider go to others, and it stays out until undrain')
    .argument('<decider>', 'as list names it')
    .option('--by <id>', 'who decides', operatorId, 'local-operator')
    .option('--json', 'one JSON object')
    .action((decider: string, { by, json }: Flags) =>
      atDesk(async (desk) => {
        const moved = await desk.drain(decider, by)
        if (json) return say(JSON.stringify({ decider, moved }))
        for (const it of moved) say(movedText(it))
        say(`${decider} is drained: partitions undrain ${decider} takes it back`)
      }),
    )

  group
    .command('undrain')
    .description('a decider that was drained may serve again')
    .argument('<decider>', 'as list names it')
    .option('--by <id>', 'who decides', operatorId, 'local-operator')
    .action((decider: string, { by }: Flags) =>
      atDesk(async (desk) => {
        await desk.undrain(decider, by)
        say(`${decider} joins the group: it stands by, and gets its share once it is warm`)
      }),
    )

  group
    .command('move')
    .description('a partition goes to a decider, and comes back to it whenever that is there')
    .argument('<partition>', 'its number', partitionNumber)
    .requiredOption('--to <decider>', 'as list names it; any: wherever it is')
    .option('--by <id>', 'who decides', operatorId, 'local-operator')
    .option('--json', 'one JSON object')
    .action((partition: number, { to, by, json }: Flags & { to: string }) =>
      atDesk(async (desk) => {
        const moved = await desk.move(partition, to === 'any' ? null : to, by)
        if (json) return say(JSON.stringify({ partition, to, moved }))
        for (const it of moved) say(movedText(it))
        if (moved.length === 0)
          say(`partition ${partition} is ${to === 'any' ? 'free to be anywhere' : `at ${to} already`}`)
      }),
    )

  group
    .command('add')
    .description('more partitions, for new shows, while a sale runs')
    .requiredOption('--to <count>', 'how many there are to be', partitionCount)
    .option('--dry-run', 'only say what would be done')
    .option('--by <id>', 'who decides', operatorId, 'local-operator')
    .option('--json', 'one JSON object')
    .action(({ to, dryRun, by, json }: Flags & { to: number; dryRun?: boolean }) =>
      atDesk(async (desk) => {
        const plan = await desk.growth(to)
        if (!dryRun) await desk.add(plan, by)
        if (json) return say(JSON.stringify({ dryRun: dryRun ?? false, ...plan }))
        for (const it of plan.growth) if (it.from < it.to) say(`${it.topic}: ${it.from} → ${it.to} partitions`)
        say(`new shows go to partitions ${plan.newShows.join(', ')}; partitions new-shows --in any: anywhere`)
        if (dryRun) say('nothing was done')
      }),
    )

  group
    .command('new-shows')
    .description('which partitions shows go to that are scheduled from now on')
    .requiredOption('--in <partitions>', 'such as 2,3; any: all of them', partitionList)
    .option('--by <id>', 'who decides', operatorId, 'local-operator')
    .action(({ in: list, by }: Flags & { in: number[] }) =>
      atDesk(async (desk) => {
        await desk.sendNewShows(list.length > 0 ? list : null, by)
        say(list.length > 0 ? `new shows go to partitions ${list.join(', ')}` : 'new shows go anywhere')
      }),
    )
}

interface Flags {
  by: string
  json?: boolean
}

function partitionNumber(text: string): number {
  if (!/^(0|[1-9][0-9]{0,4})$/.test(text)) throw new CommandError(`partition: a number such as 0, not ${text}`, 2)
  return Number(text)
}

function partitionCount(text: string): number {
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw new CommandError(`--to: a number from 1 to 9999, not ${text}`, 2)
  return Number(text)
}

/** None: any. */
function partitionList(text: string): number[] {
  if (text === 'any') return []
  if (!/^[0-9]{1,4}(,[0-9]{1,4}){0,999}$/.test(text))
    throw new CommandError(`--in: numbers such as 2,3, or any, not ${text}`, 2)
  return [...new Set(text.split(',').map(Number))].sort((a, b) => a - b)
}

async function atDesk(work: (desk: PartitionDesk) => Promise<void>): Promise<void> {
  const { PartitionDesk } = await import('../partitions/partition-desk.js')
  const { startedStack } = await import('../running-stack.js')
  const desk = await PartitionDesk.open(startedStack())
  try {
    await work(desk)
  } finally {
    await desk.close()
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
