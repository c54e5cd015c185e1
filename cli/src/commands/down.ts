import { stopStack } from '@onsale/infra'
import { stackDir } from '../checkout.js'
import type { Register } from '../command.js'

export const down: Register = (program) => {
  program
    .command('down')
    .description('stop everything that up started; data stay in .onsale')
    .action(async () => {
      await stopStack(stackDir, (line) => process.stderr.write(`${line}\n`))
      process.stdout.write('down\n')
    })
}
