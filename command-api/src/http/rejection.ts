import { encodePosition, type Position, ProblemError } from '@onsale/platform/http'
import type { CommandRejected } from '@onsale/schemas'

/** Reasons that are not 409: docs/architecture.md, "HTTP". */
const statusOf: Record<string, number> = {
  'show-not-found': 404,
  'reservation-not-found': 404,
  'plan-not-found': 404,
  'seat-not-found': 422,
  'area-not-found': 422,
  'nothing-to-hold': 422,
  'prices-mismatch': 422,
  'terms-invalid': 422,
  'sales-window-invalid': 422,
  'customer-limit': 422,
  'idempotency-key-reused': 422,
  'deadline-passed': 503,
  // These say that what we appended was not a command: a fault of ours, or of whoever else writes to the topic.
  malformed: 500,
  'wrong-partition': 500,
}

const detailOf: Record<string, string> = {
  'show-not-found': 'There is no such show.',
  'reservation-not-found': 'There is no such reservation.',
  'plan-not-found': 'There is no such seating plan: store it first.',
  'seat-not-found': 'The seating plan does not have all of these seats.',
  'area-not-found': 'The seating plan does not have all of these areas.',
  'nothing-to-hold': 'The request asks for nothing, or for a seat twice.',
  'prices-mismatch': 'Each category of the plan needs one price, and no other category can have one.',
  'sales-window-invalid': 'The sales window is empty or already over.',
  'customer-limit': 'This is more than one customer may have for this show.',
  'idempotency-key-reused': 'This Idempotency-Key was used for another request body.',
  'deadline-passed': 'The command was not decided in time, and nothing was done: send it again.',
  'seat-taken': 'Some of these seats are held or sold.',
  'area-full': 'The area has not enough places left.',
  'sales-not-open': 'Sales are not open yet.',
  'sales-closed': 'Sales are closed.',
  'hold-expired': 'The hold has run out.',
}

/** What a refused command is to its sender. */
export function rejectionProblem(
  { reason, details }: Pick<CommandRejected, 'reason' | 'details'>,
  position: Position,
): ProblemError {
  const status = statusOf[reason] ?? 409
  return new ProblemError(status, reason, detailOf[reason] ?? `The command was refused: ${reason}.`, {
    details,
    headers: { 'onsale-position': encodePosition(position), ...(status === 503 ? { 'retry-after': '1' } : {}) },
  })
}
