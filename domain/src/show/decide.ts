import type { PlanIndex } from '../venue/plan-index.js'
import type { CancelReservation, ConfirmReservation, ReleaseHold, ShowCommand } from './commands.js'
import type { ShowEvent } from './events.js'
import { decideHold } from './hold-seats.js'
import { accepted, type Decision, rejected } from './rejections.js'
import { decideSchedule } from './schedule-show.js'
import type { Reservation, ShowState } from './state.js'

/**
 * Decides a command. Pure: reads `state` (null before the show is scheduled), changes nothing. `now` is log time, UTC ms.
 * `plan` is read for ScheduleShow alone: the plan that it names, null where there is none. Seats of holds that have run
 * out are still taken here: apply `dueDeadlines` first.
 */
export function decide(
  state: ShowState | null,
  command: ShowCommand,
  now: number,
  plan: PlanIndex | null,
): Decision<ShowEvent> {
  if (command.type === 'ScheduleShow') return decideSchedule(state, command.data, now, plan)
  if (!state) return rejected('show-not-found')
  switch (command.type) {
    case 'HoldSeats':
      return decideHold(state, command.data, now)
    case 'ReleaseHold':
      return decideRelease(state, command.data, now)
    case 'CancelReservation':
      return decideCancel(state, command.data, now)
    case 'ConfirmReservation':
      return decideConfirm(state, command.data, now)
    default: {
      const unknown: Exclude<ShowCommand['type'], 'ReleaseHold'> = command.type
      throw new Error(`no decision for ${unknown}`)
    }
  }
}

/** HoldExpired of the holds that end at or before `now`, earliest first, `limit` at most. */
export function dueDeadlines(state: ShowState, now: number, limit: number): ShowEvent[] {
  return state.holds
    .due(now, limit)
    .map((reservation) => ({ type: 'HoldExpired', data: { ...about(state, reservation), expiredAt: now } }))
}

function decideRelease(state: ShowState, { reservationId, customerId }: ReleaseHold, now: number): Decision<ShowEvent> {
  const reservation = state.reservations.get(reservationId)
  if (!reservation) return gone(state, reservationId, customerId)
  if (reservation.customerId !== customerId) return rejected('reservation-not-found')
  if (reservation.status === 'confirmed') return rejected('already-confirmed')
  if (hasRunOut(reservation, now)) return rejected('hold-expired')
  return accepted({ type: 'HoldReleased', data: { ...about(state, reservation), releasedAt: now } })
}

function decideCancel(state: ShowState, command: CancelReservation, now: number): Decision<ShowEvent> {
  const { reservationId, customerId, reason } = command
  const reservation = state.reservations.get(reservationId)
  if (!reservation) return gone(state, reservationId, customerId)
  if (customerId !== null && reservation.customerId !== customerId) return rejected('reservation-not-found')
  if (hasRunOut(reservation, now)) return rejected('hold-expired')
  const wasConfirmed = reservation.status === 'confirmed'
  return accepted({
    type: 'ReservationCancelled',
    data: { ...about(state, reservation), wasConfirmed, reason, cancelledAt: now },
  })
}

function decideConfirm(state: ShowState, command: ConfirmReservation, now: number): Decision<ShowEvent> {
  const reservation = state.reservations.get(command.reservationId)
  if (!reservation) return gone(state, command.reservationId, null)
  if (reservation.status === 'confirmed') return rejected('already-confirmed')
  if (hasRunOut(reservation, now)) return rejected('hold-expired')
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

/** Why there is nothing to do with a reservation that is not live; a null customer may know about anyone's. */
function gone(state: ShowState, reservationId: string, customerId: string | null): Decision<ShowEvent> {
  const ended = state.ended.get(reservationId)
  if (!ended || (customerId !== null && ended.customerId !== customerId)) return rejected('reservation-not-found')
  switch (ended.ending) {
    case 'released':
      return rejected('already-released')
    case 'expired':
      return rejected('hold-expired')
    case 'cancelled':
      return rejected('already-cancelled')
  }
}

/** A hold ends at expiresAt, exclusive, whether or not its HoldExpired has come. */
function hasRunOut(reservation: Reservation, now: number): boolean {
  return reservation.status === 'held' && now >= reservation.expiresAt
}

function about(state: ShowState, reservation: Reservation) {
  const { seatIds, areaIds } = state.plan
  return {
    showId: state.terms.showId,
    reservationId: reservation.id,
    customerId: reservation.customerId,
    seats: reservation.seats.map((seat) => seatIds[seat]!),
    areas: reservation.areas.map(({ area, quantity }) => ({ area: areaIds[area]!, quantity })),
  }
}
