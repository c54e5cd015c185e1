import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { showOf } from '@onsale/domain'
import { hasRole } from '@onsale/platform/auth'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { CancelReservation } from './command.js'
import type { CancelReservationBody } from './request.js'

@CommandHandler(CancelReservation)
export class CancelReservationHandler implements ICommandHandler<CancelReservation> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ request, context }: CancelReservation): Promise<Outcome<CancelReservationBody>> {
    const { reservationId, reason } = request
    const showId = showOf(reservationId) as string
    const { caller } = context
    const submitted = await this.ingress.submit({
      name: recordName.CancelReservation,
      data: { showId, reservationId, customerId: hasRole(caller, 'organizer', 'admin') ? null : caller.id, reason },
      body: request,
      identity: { caller: caller.id, operation: 'CancelReservation', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.ReservationCancelled, (event) => ({
      reservationId,
      showId,
      status: 'cancelled',
      wasConfirmed: event.wasConfirmed,
      reason: event.reason,
      cancelledAt: isoTime(event.cancelledAt),
    }))
  }
}
