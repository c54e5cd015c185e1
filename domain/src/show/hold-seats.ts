import { type AdmissionVerifier, admissionStandsInTheWay } from './admission.js'
import { type Chosen, choose } from './choice.js'
import type { ChangeSeats, ExtendHold, HoldSeats } from './commands.js'
import type { ShowEvent } from './events.js'
import { accepted, type Decision, rejected } from './rejections.js'
import { liveHold } from './reservation-of.js'
import { namesOf, type ShowState } from './state.js'

/** A hold that was extended ends at most so long after it began, UTC ms. */
export const maxExtendedHoldMs = 3_600_000

export function decideHold(
  state: ShowState,
  command: HoldSeats,
  now: number,
  verify: AdmissionVerifier,
): Decision<ShowEvent> {
  const { terms } = state
  const closed = notSelling(state, now)
  if (closed) return closed
  const notAdmitted = admissionStandsInTheWay(state, command, now, verify)
  if (notAdmitted) return notAdmitted
  if (!command.reservationId.startsWith(`${terms.showId}.`)) return rejected('reservation-id-invalid')
  if (state.reservations.has(command.reservationId) || state.ended.get(command.reservationId)) {
    return rejected('reservation-exists')
  }
  const chosen = choose(state, command, command.customerId, null)
  if (!chosen.ok) return chosen
  return accepted({
    type: 'SeatsHeld',
    data: {
      showId: terms.showId,
      reservationId: command.reservationId,
      customerId: command.customerId,
      ...whatIsHeld(state, chosen),
      heldAt: now,
      expiresAt: now + terms.holdMs,
      admissionId: state.admission.required ? command.admission!.entryId : null,
    },
  })
}

/** Old places released and new ones held, or neither; the hold ends when it would have. */
export function decideChange(state: ShowState, command: ChangeSeats, now: number): Decision<ShowEvent> {
  const found = liveHold(state, command, now)
  if (!found.ok) return found
  const closed = notSelling(state, now)
  if (closed) return closed
  const { reservation } = found
  const chosen = choose(state, command, command.customerId, reservation)
  if (!chosen.ok) return chosen
  const { seats, areas } = namesOf(state.plan, reservation)
  return accepted({
    type: 'SeatsChanged',
    data: {
      showId: state.terms.showId,
      reservationId: reservation.id,
      customerId: reservation.customerId,
      releasedSeats: seats,
      releasedAreas: areas,
      ...whatIsHeld(state, chosen),
      expiresAt: reservation.expiresAt,
      changedAt: now,
    },
  })
}

/**
 * Once, by the show's hold length; never past the end of sales, nor past `maxExtendedHoldMs`. Also while sales are paused:
 * what is held can still be paid for then.
 */
export function decideExtend(state: ShowState, command: ExtendHold, now: number): Decision<ShowEvent> {
  const found = liveHold(state, command, now)
  if (!found.ok) return found
  const { reservation } = found
  const { showId, salesUntil, holdMs } = state.terms
  if (now >= salesUntil) return rejected('sales-closed')
  if (reservation.extended) return rejected('already-extended')
  const expiresAt = Math.min(reservation.expiresAt + holdMs, salesUntil, reservation.heldAt + maxExtendedHoldMs)
  if (expiresAt <= reservation.expiresAt) return rejected('extension-limit')
  const { id: reservationId, customerId } = reservation
  const places = namesOf(state.plan, reservation)
  return accepted({
    type: 'HoldExtended',
    data: { showId, reservationId, customerId, ...places, expiresAt, extendedAt: now },
  })
}

function notSelling({ terms, paused }: ShowState, now: number): ReturnType<typeof rejected> | null {
  if (!terms.published) return rejected('show-not-published')
  if (now < terms.salesFrom) return rejected('sales-not-open')
  if (now >= terms.salesUntil) return rejected('sales-closed')
  return paused ? rejected('sales-paused') : null
}

function whatIsHeld({ terms }: ShowState, { seats, areas, totalMinor, notes }: Chosen) {
  return { seats, areas, currency: terms.currency, totalMinor, notes }
}
