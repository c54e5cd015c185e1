import { openStack } from '@onsale/infra'
import Table from 'cli-table3'
import { stackDir } from '../checkout.js'
import type { Register } from '../command.js'

export const status: Register = (program) => {
  program
    .command('status')
    .description('each server and service: url, ready, version, pid; exit 1 unless all are ready')
    .option('--json', 'one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const stack = openStack(stackDir)
      const processes = (await stack?.status()) ?? []
      const ready = processes.length > 0 && processes.every((process_) => process_.ready)
      const origin = stack?.connection.origin ?? null
      if (json) process.stdout.write(`${JSON.stringify({ ready, origin, processes })}\n`)
      else if (processes.length === 0) process.stdout.write('nothing was started here; ./onsale up\n')
      else {
        const table = new Table({
          head: ['name', 'ready', 'version', 'pid', 'url'],
          style: { head: [], border: [], compact: true },
        })
        for (const { name, ready, version, pid, url } of processes)
          table.push([name, ready ? 'yes' : 'no', version ?? '-', pid ?? '-', url])
        process.stdout.write(`${table.toString()}\n`)
      }
      if (!ready) process.exitCode = 1
    })
}
