import { Command, CommanderError } from 'commander'
import { CommandError } from './command.js'
import { commands } from './commands/index.js'

const program = new Command('./onsale')
  .description('Sells tickets when far more people want them than there are seats')
  .showHelpAfterError(false)
  .configureOutput({ outputError: (message, write) => write(message.replace(/^error: /, 'onsale: ')) })
  .exitOverride()

// Whoever reads (head, less) may have seen enough.
process.stdout.on('error', () => process.exit())

for (const register of commands) register(program)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2
  } else {
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(`onsale: ${message.replace(/\s*\n\s*/g, ' ')}\n`)
    if (process.env.ONSALE_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`)
    process.exitCode = error instanceof CommandError ? error.exitCode : 1
  }
}

// A verb that is done is done: what a client library has forgotten to close keeps nobody waiting. But a pipe takes what was
// written in its own time, and process.exit would cut it off.
for (const stream of [process.stdout, process.stderr])
  await new Promise<void>((resolve) => void stream.write('', () => resolve()))
process.exit()
