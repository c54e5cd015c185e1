import { PreflightError, startStack } from '@onsale/infra'
import { stackDir } from '../checkout.js'
import { CommandError, type Register } from '../command.js'

export const up: Register = (program) => {
  program
    .command('up')
    .description('start the servers and services of this checkout, with the data of the last time')
    .option('--servers', 'the servers alone: none of our services, no origin')
    .action(async ({ servers }: { servers?: boolean }) => {
      const began = Date.now()
      const stack = await startStack({
        dir: stackDir,
        services: !servers,
        onProgress: (line) => process.stderr.write(`${line}\n`),
      }).catch((error) => {
        throw error instanceof PreflightError ? new CommandError(error.message, 2) : error
      })
      const seconds = ((Date.now() - began) / 1000).toFixed(1)
      const { origin } = stack.connection
      process.stdout.write(
        origin ? `up in ${seconds} s: ${origin} (API docs: ${origin}/api/docs)\n` : `up in ${seconds} s\n`,
      )
    })
}
