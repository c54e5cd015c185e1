import type { ShowCommand } from '../show/commands.js'
import type { ShowEvent } from '../show/events.js'
import type { JournalEvent } from './records.js'

/** Every command of a show, held complete by the compiler. */
const showCommands: { [Type in ShowCommand['type']]: true } = {
  ScheduleShow: true,
  HoldSeats: true,
  ExtendHold: true,
  ChangeSeats: true,
  ReleaseHold: true,
  CancelReservation: true,
  ConfirmReservation: true,
  PublishShow: true,
  PauseSales: true,
  ResumeSales: true,
  RescheduleShow: true,
  WithdrawPlaces: true,
  AddPlaces: true,
  ChangePlan: true,
  CancelShow: true,
  RequireAdmission: true,
  LiftAdmission: true,
}

export function isShowCommand(type: string): boolean {
  return Object.hasOwn(showCommands, type)
}

/** Every event of a show, held complete by the compiler. */
const showEvents: { [Type in ShowEvent['type']]: true } = {
  ShowScheduled: true,
  SeatsHeld: true,
  HoldExtended: true,
  SeatsChanged: true,
  HoldReleased: true,
  HoldExpired: true,
  ReservationConfirmed: true,
  ReservationCancelled: true,
  ShowPublished: true,
  SalesPaused: true,
  SalesResumed: true,
  ShowRescheduled: true,
  PlacesWithdrawn: true,
  PlacesAdded: true,
  PlanChanged: true,
  ShowCancelled: true,
  AdmissionRequired: true,
  AdmissionLifted: true,
}

export function isShowEvent(event: JournalEvent): event is ShowEvent {
  return Object.hasOwn(showEvents, event.type)
}

/** Commands and events that can't be decided or folded without the plan that they name. */
const namesPlan: ReadonlySet<string> = new Set([
  'ScheduleShow',
  'ChangePlan',
  'ShowScheduled',
  'PlanChanged',
] satisfies (ShowCommand | ShowEvent)['type'][])

/** The hash of the plan that a command or event names; null where it is of another type, or names none. */
export function planHashOf(type: string | null, data: unknown): string | null {
  if (type === null || !namesPlan.has(type)) return null
  const hash = (data as { planHash?: unknown } | null)?.planHash
  return typeof hash === 'string' ? hash : null
}
