import type { Plan } from '@onsale/domain'
import type { ApiClient } from '../api/client.js'
import { bodyOf } from '../api/problem-line.js'
import { CommandError } from '../command.js'
import { FileError } from './file-error.js'
import type { SeatIdSource } from './from-pretix.js'
import { readPlanFile } from './plan-file.js'

/** As readPlanFile, for a command. @throws CommandError (2) in one line */
export async function planOf(file: string, seatId: SeatIdSource): Promise<{ plan: Plan; notes: string[] }> {
  return readPlanFile(file, seatId).catch((error: unknown) => {
    throw error instanceof FileError ? new CommandError(`${file}: ${error.message}`, 2) : error
  })
}

/** Stores the plan through the API; storing it twice gives the same hash. */
export async function importPlan(
  api: ApiClient,
  plan: Plan,
): Promise<{ planHash: string; seats: number; places: number }> {
  return bodyOf('the plan was refused', await api.command('/api/venues', plan))
}
