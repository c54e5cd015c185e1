import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openStack } from '@onsale/infra'
import { stackDir } from '../checkout.js'
import { CommandError, type Register } from '../command.js'

function lineCount(text: string): string {
  if (!/^\d+$/.test(text)) throw new CommandError(`-n takes a number of lines, not ${text}`, 2)
  return text
}

export const logs: Register = (program) => {
  program
    .command('logs')
    .description('what a server or service wrote; without a name, all of them')
    .argument('[name]', 'as status names it')
    .option('-f, --follow', 'go on as more is written, until Ctrl-C')
    .option('-n, --lines <count>', 'the last lines of each', lineCount, '50')
    .action(async (name: string | undefined, { follow, lines }: { follow?: boolean; lines: string }) => {
      const stack = openStack(stackDir)
      if (!stack) throw new CommandError('nothing was started here; ./onsale up')
      const names = (await stack.status()).map((process_) => process_.name)
      if (name && !names.includes(name)) throw new CommandError(`no process ${name}; there are ${names.join(', ')}`, 2)
      const [command = '', ...args] = stack.logCommand(name ? [name] : names, Number(lines), follow ?? false)
      const [code] = await once(spawn(command, args, { stdio: 'inherit' }), 'exit')
      if (code) throw new CommandError(`${command} failed`)
    })
}
