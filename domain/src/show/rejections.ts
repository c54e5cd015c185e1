/**
 * What can stand in the way of a command. An expected refusal is a value, never an exception. `details` names what the
 * reason is about and is safe to show to the caller: seat ids, area ids, a limit; never another customer's id.
 */
export interface Rejection {
  reason: RejectionReason
  details: string[]
}

export type RejectionReason =
  | 'show-not-found'
  | 'show-already-scheduled'
  | 'plan-not-found'
  /** details: categories without a price, with two, with one that is no amount, or that the plan does not know. */
  | 'prices-mismatch'
  /** The window is empty or over already. */
  | 'sales-window-invalid'
  /** details: the fields of ScheduleShow that break a rule (title, currency, perCustomerLimit, holdMs, startsAt). */
  | 'terms-invalid'
  | 'sales-not-open'
  | 'sales-closed'
  /** A reservation of nothing, of a seat twice, or with a quantity below one. */
  | 'nothing-to-hold'
  /** details: the seat ids that the plan does not have. */
  | 'seat-not-found'
  /** details: the area ids that the plan does not have. */
  | 'area-not-found'
  /** details: the seat ids that are held or sold. */
  | 'seat-taken'
  /** details: area id, places left in it. */
  | 'area-full'
  /** details: the limit, the places that the customer has already. */
  | 'customer-limit'
  | 'reservation-exists'
  /** The proposed reservation id does not begin with the show's. */
  | 'reservation-id-invalid'
  /** Also the answer about someone else's reservation: whose it is stays unsaid. */
  | 'reservation-not-found'
  | 'hold-expired'
  | 'already-confirmed'
  | 'already-cancelled'
  | 'already-released'
  | 'not-permitted'

/** What a decider answers: events to append (never none: each accepted command leaves a trace), or a refusal. */
export type Decision<Event> = { ok: true; events: Event[] } | { ok: false; rejection: Rejection }

export const accepted = <Event>(...events: Event[]): Decision<Event> => ({ ok: true, events })

export const rejected = (reason: RejectionReason, ...details: string[]): { ok: false; rejection: Rejection } => ({
  ok: false,
  rejection: { reason, details },
})
