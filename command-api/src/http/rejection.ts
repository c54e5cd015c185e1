import type { RejectionReason, RoomRejectionReason } from '@onsale/domain'
import { encodePosition, type Position, ProblemError } from '@onsale/platform/http'
import type { CommandRejected } from '@onsale/schemas'

/** Also the reasons that the journal itself has, beside those of the domain. */
type Reason =
  | RejectionReason
  | RoomRejectionReason
  | 'idempotency-key-reused'
  | 'deadline-passed'
  | 'malformed'
  | 'wrong-partition'

/** Status and words for each reason, held complete by the compiler: docs/architecture.md, "HTTP". */
const answers: Record<Reason, [status: number, detail: string]> = {
  'show-not-found': [404, 'There is no such show.'],
  'reservation-not-found': [404, 'There is no such reservation.'],
  'plan-not-found': [404, 'There is no such seating plan: store it first.'],
  'seat-not-found': [422, 'The seating plan does not have all of these seats.'],
  'area-not-found': [422, 'The seating plan does not have all of these areas.'],
  'category-not-found': [422, 'No seat of the plan is in this category.'],
  'nothing-to-hold': [422, 'The request asks for nothing, or for a seat twice.'],
  'best-available-invalid': [422, 'The best available seats can not be asked for like this.'],
  'companion-alone': [422, 'A companion seat is sold with a wheelchair place beside it.'],
  'prices-mismatch': [422, 'Each category of the plan needs one price, and no other category can have one.'],
  'terms-invalid': [422, 'These terms break a rule: details names the fields.'],
  'sales-window-invalid': [422, 'The sales window is empty or already over.'],
  'customer-limit': [422, 'This is more than one customer may have for this show.'],
  'capacity-exceeded': [422, 'These are more places than a show can have.'],
  'reservation-id-invalid': [422, 'The reservation id is not one of this show.'],
  'idempotency-key-reused': [422, 'This Idempotency-Key was used for another request body.'],
  'deadline-passed': [503, 'The command was not decided in time, and nothing was done: send it again.'],
  // These say that what we appended was not a command: a fault of ours, or of whoever else writes to the topic.
  malformed: [500, 'The command could not be read; it is kept for an operator.'],
  'wrong-partition': [500, 'The command lies in the partition of another show.'],
  'not-permitted': [409, 'This is not permitted.'],
  'seat-taken': [409, 'Some of these seats are held or sold.'],
  'seat-withdrawn': [409, 'Some of these seats are not for sale.'],
  'area-full': [409, 'The area has not enough places left.'],
  'orphan-seat': [409, 'These seats would leave a single seat that nobody can use: take those of details instead.'],
  'no-seats-together': [409, 'There are not as many seats side by side.'],
  'sold-out': [409, 'There are not as many seats left.'],
  'sales-not-open': [409, 'Sales are not open yet.'],
  'sales-closed': [409, 'Sales are closed.'],
  'sales-paused': [409, 'Sales are paused.'],
  'show-not-published': [409, 'The show is not published yet.'],
  'show-cancelled': [409, 'The show is cancelled.'],
  'show-already-scheduled': [409, 'The show is scheduled already.'],
  'show-already-published': [409, 'The show is published already.'],
  'sales-already-paused': [409, 'Sales are paused already.'],
  'sales-not-paused': [409, 'Sales are not paused.'],
  'reservation-exists': [409, 'There is such a reservation already.'],
  'hold-expired': [409, 'The hold has run out.'],
  'already-confirmed': [409, 'The reservation is confirmed already.'],
  'already-cancelled': [409, 'The reservation is cancelled already.'],
  'already-released': [409, 'The reservation is released already.'],
  'already-extended': [409, 'The hold was extended already.'],
  'extension-limit': [409, 'The hold is as long as it may be.'],
  'places-not-free': [409, 'Not all of these places are free.'],
  'places-not-withdrawn': [409, 'Some of these seats are for sale already.'],
  'plan-lacks-places': [409, 'The plan lacks places that are held or sold.'],
  'admission-required': [403, 'This show is sold through its waiting room: take a place there first.'],
  'admission-invalid': [403, 'This admission is not yours, or not one of this show.'],
  'admission-expired': [403, 'The admission has run out: take a place in the waiting room again.'],
  'admission-redeemed': [403, 'The admission was used before.'],
  'admission-already-required': [409, 'The show is sold through its waiting room already.'],
  'admission-not-required': [409, 'The show is not sold through a waiting room.'],
  'room-not-found': [404, 'This show has no waiting room.'],
  'entry-not-found': [404, 'You have no place in this waiting room.'],
  'room-settings-invalid': [422, 'These settings break a rule: details names the fields.'],
  'seed-mismatch': [422, 'The seed is not the one that the room was scheduled with.'],
  'customer-id-invalid': [422, 'A customer id is 1 to 64 of A-Z, a-z, 0-9, _ and -.'],
  'lane-not-found': [422, 'There is no such lane.'],
  'count-invalid': [422, 'The number must be 1 or more.'],
  'report-invalid': [422, 'The report breaks a rule: details names the fields.'],
  'room-already-scheduled': [409, 'The show has a waiting room already.'],
  'lobby-not-open': [409, 'The waiting room is not open yet: details says when it is.'],
  'opening-not-due': [409, 'The room opens later: details says when.'],
  'room-already-open': [409, 'The room is open already.'],
  'room-not-open': [409, 'The room is not open yet.'],
  'room-paused': [409, 'Nobody is admitted for now: details says why.'],
  'room-already-paused': [409, 'The room is paused already.'],
  'room-not-paused': [409, 'The room is not paused.'],
  'room-stopped': [409, 'Nobody is let in for now: details says why.'],
  'room-closed': [409, 'The waiting room is closed: details says why.'],
  'room-full': [409, 'The waiting room has as many visitors as it can have.'],
  'already-left': [409, 'You have left the waiting room.'],
  'already-admitted': [409, 'You are admitted already.'],
  'term-outdated': [409, 'Another controller has the room: details says which term is in force.'],
  'draw-not-finished': [409, 'The draw is not finished.'],
  'stock-unknown': [409, 'The room does not know the stock of its show yet.'],
  'stock-covered': [409, 'Those who are admitted may take all that is left.'],
  'rate-reached': [409, 'As many are admitted as the rate allows.'],
  'slots-full': [409, 'As many are admitted as there are slots.'],
  'nobody-waiting': [409, 'Nobody waits.'],
  'nobody-absent': [409, 'None of these is absent.'],
  'stock-outdated': [409, 'The room knows this already: details says up to which version.'],
  'stock-gap': [409, 'The room lacks what was before: details says up to which version it knows.'],
}

/** For who refuses before anything is decided. */
export const wordsOf = (reason: Reason): string => answers[reason][1]

/** What a refused command is to its sender. */
export function rejectionProblem(
  { reason, details }: Pick<CommandRejected, 'reason' | 'details'>,
  position: Position,
): ProblemError {
  // A reason of a later build is a conflict until this one knows better.
  const [status, detail] = Object.hasOwn(answers, reason)
    ? answers[reason as Reason]
    : [409, `The command was refused: ${reason}.`]
  return new ProblemError(status, reason, detail, {
    details,
    headers: { 'onsale-position': encodePosition(position), ...(status === 503 ? { 'retry-after': '1' } : {}) },
  })
}
