import { openStack, type Stack } from '@onsale/infra'
import { stackDir } from './checkout.js'
import { CommandError } from './command.js'

/** The stack of this checkout; its servers alone will do. @throws CommandError (2) where none was started */
export function startedStack(): Stack {
  const stack = openStack(stackDir)
  if (!stack) throw new CommandError('nothing was started here; ./onsale up', 2)
  return stack
}

/** The stack of this checkout, with its origin. @throws CommandError (2) where there is none */
export function runningStack(): Stack & { connection: { origin: string } } {
  const stack = startedStack()
  const { origin } = stack.connection
  if (origin === null) throw new CommandError('only the servers run here; ./onsale up', 2)
  return stack as Stack & { connection: { origin: string } }
}
