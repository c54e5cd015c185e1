import type { Command } from 'commander'

/** A verb adds itself to the program; `commands/index.ts` lists them all. */
export type Register = (program: Command) => void

/** What stands in the way, said in one line; the process ends with `exitCode` (2: bad usage, 1: anything else). */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message)
  }
}
