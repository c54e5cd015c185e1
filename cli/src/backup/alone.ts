import { BusyError, exclusively } from '@onsale/infra'
import { CommandError } from '../command.js'

/** Runs while no other process does the same; one that has died is none. @throws CommandError (2) */
export const alone = <Result>(lock: string, work: () => Promise<Result>): Promise<Result> =>
  exclusively(lock, work).catch((error: unknown) => {
    throw error instanceof BusyError ? new CommandError(`process ${error.holder} is at it already`, 2) : error
  })
