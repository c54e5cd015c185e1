import type { RoomRejectionReason } from '../waiting-room/rejections.js'

/**
 * What can stand in the way of a command. An expected refusal is a value, never an exception. `details` names what the
 * reason is about and is safe to show to the caller: seat ids, area ids, a limit; never another customer's id.
 */
export interface Rejection {
  reason: RejectionReason | RoomRejectionReason
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
  /** details: the fields of ScheduleShow or RescheduleShow that break a rule (title, currency, perCustomerLimit, holdMs, startsAt, orphanRule). */
  | 'terms-invalid'
  | 'sales-not-open'
  | 'sales-closed'
  | 'sales-paused'
  | 'show-not-published'
  | 'show-cancelled'
  | 'show-already-published'
  | 'sales-already-paused'
  | 'sales-not-paused'
  /** A reservation of nothing, of a seat twice, or with a quantity below one. */
  | 'nothing-to-hold'
  /** details: the seat ids that the plan does not have. */
  | 'seat-not-found'
  /** details: the area ids that the plan does not have. */
  | 'area-not-found'
  /** details: the seat ids that are held or sold. */
  | 'seat-taken'
  /** details: the seat ids that were taken out of the sale. */
  | 'seat-withdrawn'
  /** details: the companion seats that were named without a wheelchair place beside them. */
  | 'companion-alone'
  /** details: the seats to take instead: as many, side by side, and no single seat is left beside them. */
  | 'orphan-seat'
  /** Best available together with named seats, or with a word that it does not know. details: the fields. */
  | 'best-available-invalid'
  /** details: the category that no seat is in. */
  | 'category-not-found'
  /** As many seats are free, but not side by side. details: how many are, at most. */
  | 'no-seats-together'
  /** Fewer seats of the category are free than asked for. details: how many are. */
  | 'sold-out'
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
  | 'already-extended'
  /** The hold is as long already as it may be: docs at `maxExtendedHoldMs`. */
  | 'extension-limit'
  /** details: the seats that are held, sold or withdrawn, and area id, places left in it; 100 at most. */
  | 'places-not-free'
  /** details: the seats that are for sale already; 100 at most. */
  | 'places-not-withdrawn'
  /** More places than an event can state. */
  | 'capacity-exceeded'
  /** details: the seats and areas that are held or sold, and that the new plan does not have as they are; 100 at most. */
  | 'plan-lacks-places'
  /** The show has a waiting room, and the hold comes without an admission. */
  | 'admission-required'
  /** Forged, of another customer, or of another show. */
  | 'admission-invalid'
  | 'admission-expired'
  /** It was used before: one admission is one hold. */
  | 'admission-redeemed'
  | 'admission-already-required'
  | 'admission-not-required'
  | 'not-permitted'

/** What a decider answers: events to append (never none: each accepted command leaves a trace), or a refusal. */
export type Decision<Event> = { ok: true; events: Event[] } | { ok: false; rejection: Rejection }

export const accepted = <Event>(...events: Event[]): Decision<Event> => ({ ok: true, events })

export const rejected = (
  reason: RejectionReason | RoomRejectionReason,
  ...details: string[]
): { ok: false; rejection: Rejection } => ({
  ok: false,
  rejection: { reason, details },
})
