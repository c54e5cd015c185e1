import { PreflightError, startStack } from '@onsale/infra'
import { stackDir } from '../checkout.js'
import { CommandError, type Register } from '../command.js'

export const up: Register = (program) => {
  program
    .command('up')
    .description('start the servers and services of this checkout, with the data of the last time')
    .option('--servers', 'the servers alone: none of our services, no origin')
    .option('--observe', 'Prometheus with its rules, Alertmanager, exporters and a collector of traces beside it')
    .action(async ({ servers, observe }: { servers?: boolean; observe?: boolean }) => {
      const began = Date.now()
      const stack = await startStack({
        dir: stackDir,
        services: !servers,
        observe,
        onProgress: (line) => process.stderr.write(`${line}\n`),
      }).catch((error) => {
        throw error instanceof PreflightError ? new CommandError(error.message, 2) : error
      })
      const seconds = ((Date.now() - began) / 1000).toFixed(1)
      const { origin } = stack.connection
      process.stdout.write(
        origin ? `up in ${seconds} s: ${origin} (API docs: ${origin}/api/docs)\n` : `up in ${seconds} s\n`,
      )
      const prometheus = (await stack.status()).find(({ name }) => name === 'prometheus')
      if (prometheus)
        process.stdout.write(
          `alerts and graphs: ${prometheus.url}/alerts; the last command as a tree: ./onsale trace\n`,
        )
    })
}
