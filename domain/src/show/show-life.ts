import type { RescheduleShow, ShowCommand } from './commands.js'
import type { ShowEvent } from './events.js'
import { accepted, type Decision, rejected } from './rejections.js'
import { isTime } from './schedule-show.js'
import type { ShowState } from './state.js'

type LifeCommand = Extract<
  ShowCommand,
  { type: 'PublishShow' | 'PauseSales' | 'ResumeSales' | 'RescheduleShow' | 'CancelShow' }
>

/** Of a show that is not cancelled. */
export function decideLife(state: ShowState, command: LifeCommand, now: number): Decision<ShowEvent> {
  const { terms, paused } = state
  const { showId } = terms
  switch (command.type) {
    case 'PublishShow':
      if (terms.published) return rejected('show-already-published')
      return accepted({ type: 'ShowPublished', data: { showId, publishedAt: now } })
    case 'PauseSales':
      if (paused) return rejected('sales-already-paused', paused.reason)
      return accepted({ type: 'SalesPaused', data: { showId, reason: command.data.reason, pausedAt: now } })
    case 'ResumeSales':
      if (!paused) return rejected('sales-not-paused')
      return accepted({ type: 'SalesResumed', data: { showId, resumedAt: now } })
    case 'RescheduleShow':
      return decideReschedule(showId, command.data, now)
    case 'CancelShow': {
      const { reason } = command.data
      const reservations = state.reservations.size
      return accepted({ type: 'ShowCancelled', data: { showId, reason, reservations, cancelledAt: now } })
    }
  }
}

/** A window that is over is allowed: a show may be put off after its sale. */
function decideReschedule(
  showId: string,
  { salesFrom, salesUntil, startsAt }: RescheduleShow,
  now: number,
): Decision<ShowEvent> {
  if (!isTime(startsAt)) return rejected('terms-invalid', 'startsAt')
  if (!isTime(salesFrom) || !isTime(salesUntil) || salesFrom >= salesUntil) return rejected('sales-window-invalid')
  return accepted({ type: 'ShowRescheduled', data: { showId, salesFrom, salesUntil, startsAt, rescheduledAt: now } })
}
