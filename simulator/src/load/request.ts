import type { CommandIngress, Submission } from '@onsale/command-api/ingress'
import { recordName } from '@onsale/schemas'

type Operation =
  | 'ScheduleShow'
  | 'HoldSeats'
  | 'ExtendHold'
  | 'ChangeSeats'
  | 'ReleaseHold'
  | 'CancelReservation'
  | 'ConfirmReservation'
  | 'PublishShow'
  | 'PauseSales'
  | 'ResumeSales'
  | 'RescheduleShow'
  | 'WithdrawPlaces'
  | 'AddPlaces'
  | 'ChangePlan'
  | 'CancelShow'
  | 'RequireAdmission'
  | 'ScheduleRoom'
  | 'PauseRoom'
  | 'ResumeRoom'
  | 'CloseRoom'
  | 'ChangeRoom'
  | 'EnterRoom'
  | 'LeaveRoom'

/** What a client wants, under one Idempotency-Key, however often it sends it. */
export interface Request {
  operation: Operation
  caller: string
  key: string
  /** Absent of ScheduleShow: the key makes it. */
  showId: string | null
  /** What the client sends: the key is bound to it. */
  body: Record<string, unknown>
}

/** The command that the handler of its route makes of a request. */
export function submissionOf(request: Request, ingress: CommandIngress, uuid: () => string): Submission {
  const { operation, caller, key, body } = request
  const identity = { caller, operation, show: request.showId ?? '', key }
  const showId = request.showId ?? ingress.showIdFor(identity)
  const context = {
    caller: { id: caller, roles: [], expiresAt: Number.MAX_SAFE_INTEGER },
    idempotencyKey: key,
    correlationId: key,
    traceparent: null,
  }
  return {
    name: recordName[operation],
    data: { showId, ...body, ...addedTo(request, showId, uuid) },
    body,
    identity,
    context,
  } as unknown as Submission
}

function addedTo({ operation, caller }: Request, showId: string, uuid: () => string): object {
  switch (operation) {
    case 'HoldSeats':
      return { reservationId: `${showId}.${uuid()}`, customerId: caller }
    case 'ExtendHold':
    case 'ChangeSeats':
    case 'ReleaseHold':
    case 'EnterRoom':
    case 'LeaveRoom':
    case 'CancelReservation':
      return { customerId: caller }
    case 'ConfirmReservation':
      return { confirmedBy: 'box-office' }
    default:
      return {}
  }
}
