import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { showOf } from '@onsale/domain'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { ConfirmReservation } from './command.js'
import type { ConfirmReservationBody } from './request.js'

@CommandHandler(ConfirmReservation)
export class ConfirmReservationHandler implements ICommandHandler<ConfirmReservation> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ request, context }: ConfirmReservation): Promise<Outcome<ConfirmReservationBody>> {
    const { reservationId } = request
    const showId = showOf(reservationId) as string
    const submitted = await this.ingress.submit({
      name: recordName.ConfirmReservation,
      data: { showId, reservationId, confirmedBy: 'box-office' },
      body: request,
      identity: {
        caller: context.caller.id,
        operation: 'ConfirmReservation',
        show: showId,
        key: context.idempotencyKey,
      },
      context,
    })
    return outcomeOf(submitted, recordName.ReservationConfirmed, (event) => ({
      reservationId,
      showId,
      status: 'confirmed',
      confirmedBy: event.confirmedBy,
      currency: event.currency,
      totalMinor: event.totalMinor,
      confirmedAt: isoTime(event.confirmedAt),
    }))
  }
}
