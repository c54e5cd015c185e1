import type { Register } from '../command.js'
import type { PartitionDesk } from '../partitions/partition-desk.js'

export const partitions: Register = (program) => {
  const group = program.command('partitions').description('who serves the partitions: list')

  group
    .command('list')
    .description('who owns which partition since when, who stands by, and what waits')
    .option('--json', 'one JSON object')
    .action(({ json }: { json?: boolean }) =>
      atDesk(async (desk) => {
        const { partitionsText } = await import('../partitions/show-partitions.js')
        const found = await desk.status()
        say(json ? JSON.stringify(found) : partitionsText(found, Date.now()))
      }),
    )
}

async function atDesk(work: (desk: PartitionDesk) => Promise<void>): Promise<void> {
  const { PartitionDesk } = await import('../partitions/partition-desk.js')
  const { startedStack } = await import('../running-stack.js')
  const desk = await PartitionDesk.open(startedStack().connection)
  try {
    await work(desk)
  } finally {
    await desk.close()
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
