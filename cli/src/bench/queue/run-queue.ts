import { benchQueue, type QueueBenchSettings, type QueueOutcome } from '@onsale/bench'
import { systemTimers } from '@onsale/platform/ports'
import { openBoxOffice } from '../box-office.js'
import { onOwnStack } from '../on-own-stack.js'
import { type MillionEntries, runMillionEntries } from './million-entries.js'

export type QueueReport = QueueOutcome & MillionEntries

/** The waiting room in figures, on servers of its own: first over HTTP, then one room with a great many who wait. */
export async function runQueue(
  settings: QueueBenchSettings & { entries: number },
  say: (line: string) => void,
): Promise<QueueReport> {
  const outcome = await onOwnStack({ name: 'queue-stack', env: 'queue', say }, async (stack): Promise<QueueOutcome> => {
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
    return benchQueue({ stack, shop: { ...office, room }, settings, say })
  })
  return { ...outcome, ...(await runMillionEntries(settings.entries, say)) }
}
