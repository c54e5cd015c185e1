import type { PlanIndex } from '../venue/plan-index.js'
import { type AdmissionVerifier, decideGate, noAdmissionKey } from './admission.js'
import type { CancelReservation, ConfirmReservation, ReleaseHold, ShowCommand } from './commands.js'
import { type ShowEvent, showCancelledReason } from './events.js'
import { decideChange, decideExtend, decideHold } from './hold-seats.js'
import { decideCapacity, decideChangePlan } from './places.js'
import { accepted, type Decision, rejected } from './rejections.js'
import type { Reservation } from './reservation.js'
import { liveHold, liveReservation } from './reservation-of.js'
import { decideSchedule } from './schedule-show.js'
import { decideLife } from './show-life.js'
import { namesOf, type ShowState } from './state.js'

/**
 * Decides a command. Pure: reads `state` (null before the show is scheduled), changes nothing. `now` is log time, UTC ms.
 * `plan` is read for ScheduleShow and ChangePlan alone: the plan that it names, null where there is none. Seats of holds that
 * have run out are still taken here: apply `dueDeadlines` first.
 */
export function decide(
  state: ShowState | null,
  command: ShowCommand,
  now: number,
  plan: PlanIndex | null,
  verify: AdmissionVerifier = noAdmissionKey,
): Decision<ShowEvent> {
  if (command.type === 'ScheduleShow') return decideSchedule(state, command.data, now, plan)
  if (!state) return rejected('show-not-found')
  switch (command.type) {
    case 'ExtendHold':
      return decideExtend(state, command.data, now)
    case 'ChangeSeats':
      return decideChange(state, command.data, now)
    case 'ReleaseHold':
      return decideRelease(state, command.data, now)
    case 'CancelReservation':
      return decideCancel(state, command.data, now)
    case 'ConfirmReservation':
      return decideConfirm(state, command.data, now)
  }
  if (state.cancelled) return rejected('show-cancelled')
  switch (command.type) {
    case 'HoldSeats':
      return decideHold(state, command.data, now, verify)
    case 'PublishShow':
    case 'PauseSales':
    case 'ResumeSales':
    case 'RescheduleShow':
    case 'CancelShow':
      return decideLife(state, command, now)
    case 'WithdrawPlaces':
    case 'AddPlaces':
      return decideCapacity(state, command, now)
    case 'ChangePlan':
      return decideChangePlan(state, command.data, now, plan)
    case 'RequireAdmission':
    case 'LiftAdmission':
      return decideGate(state, command.type, now)
    default: {
      const unknown: never = command
      throw new Error(`no decision for ${(unknown as ShowCommand).type}`)
    }
  }
}

/**
 * What time causes, `limit` events at most, the show as it is: HoldExpired of the holds that end at or before `now`, earliest
 * first; once the show is cancelled, ReservationCancelled of all that is left, in the order of their slots.
 */
export function dueDeadlines(state: ShowState, now: number, limit: number): ShowEvent[] {
  if (state.cancelled) return callOff(state, now, limit)
  return state.reservations
    .due(now, limit)
    .map((reservation) => ({ type: 'HoldExpired', data: { ...about(state, reservation), expiredAt: now } }))
}

function callOff(state: ShowState, now: number, limit: number): ShowEvent[] {
  const events: ShowEvent[] = []
  for (const reservation of state.reservations.values()) {
    if (events.length >= limit) break
    events.push(cancellation(state, reservation, showCancelledReason, now))
  }
  return events
}

function decideRelease(state: ShowState, command: ReleaseHold, now: number): Decision<ShowEvent> {
  const found = liveHold(state, command, now)
  if (!found.ok) return found
  return accepted({ type: 'HoldReleased', data: { ...about(state, found.reservation), releasedAt: now } })
}

function decideCancel(state: ShowState, command: CancelReservation, now: number): Decision<ShowEvent> {
  const found = liveReservation(state, command.reservationId, command.customerId, now)
  return found.ok ? accepted(cancellation(state, found.reservation, command.reason, now)) : found
}

function decideConfirm(state: ShowState, command: ConfirmReservation, now: number): Decision<ShowEvent> {
  const found = liveReservation(state, command.reservationId, null, now)
  if (!found.ok) return found
  const { reservation } = found
  if (reservation.status === 'confirmed') return rejected('already-confirmed')
  return accepted({
    type: 'ReservationConfirmed',
    data: {
      ...about(state, reservation),
      confirmedBy: command.confirmedBy,
      currency: state.terms.currency,
      totalMinor: reservation.totalMinor,
      confirmedAt: now,
    },
  })
}

function cancellation(state: ShowState, reservation: Reservation, reason: string, now: number): ShowEvent {
  const wasConfirmed = reservation.status === 'confirmed'
  return {
    type: 'ReservationCancelled',
    data: { ...about(state, reservation), wasConfirmed, reason, cancelledAt: now },
  }
}

function about(state: ShowState, reservation: Reservation) {
  const { id: reservationId, customerId } = reservation
  return { showId: state.terms.showId, reservationId, customerId, ...namesOf(state.plan, reservation) }
}
