import { ShowCount } from './show-count.js'
import { eventName, isShowEvent, showCancelledReason, showTimeOf } from './show-events.js'
import type { StreamKind } from './stream-kind.js'

export const showKind: StreamKind<ShowCount> = {
  journal: 'reservation',
  isEvent: isShowEvent,
  timeOf: showTimeOf,
  /** A hold's end, and the end of what was live when its show was cancelled. */
  isDue: ({ name, data }) =>
    name === eventName.expired ||
    (name === eventName.cancelled && (data as { reason: string }).reason === showCancelledReason),
  open: (_, report) => new ShowCount(report),
}
