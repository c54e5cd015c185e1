import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { benchQueue, type QueueBenchSettings, type QueueOutcome } from '@onsale/bench'
import { PreflightError, startStack } from '@onsale/infra'
import { systemTimers } from '@onsale/platform/ports'
import { stackDir } from '../../checkout.js'
import { CommandError } from '../../command.js'
import { openBoxOffice } from '../box-office.js'
import { type MillionEntries, runMillionEntries } from './million-entries.js'

export type QueueReport = QueueOutcome & MillionEntries

/** The waiting room in figures, on servers of its own: first over HTTP, then one room with a great many who wait. */
export async function runQueue(
  settings: QueueBenchSettings & { entries: number },
  say: (line: string) => void,
): Promise<QueueReport> {
  const dir = join(stackDir, 'queue-stack')
  rmSync(dir, { recursive: true, force: true })
  const stack = await startStack({ dir, env: 'queue', engine: 'native', onProgress: say }).catch((error: unknown) => {
    throw error instanceof PreflightError ? new CommandError(error.message, 2) : error
  })
  let outcome: QueueOutcome
  try {
    const office = await openBoxOffice(stack)
    const { origin } = stack.connection
    const room = async (showId: string) => {
      await office.scheduleRoom(showId)
      const isOpen = async () => {
        const draw = await fetch(`${origin}/api/queue/${showId}/draw`)
        return draw.ok && ((await draw.json()) as { seed: string | null }).seed !== null
      }
      while (!(await isOpen())) await systemTimers.sleep(50)
    }
    outcome = await benchQueue({ stack, shop: { ...office, room }, settings, say })
  } finally {
    await stack.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  return { ...outcome, ...(await runMillionEntries(settings.entries, say)) }
}
