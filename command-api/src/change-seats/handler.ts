import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { showOf } from '@onsale/domain'
import { recordName } from '@onsale/schemas'
import { choiceOf } from '../http/choice.js'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { ChangeSeats } from './command.js'
import type { ChangeSeatsBody } from './request.js'

@CommandHandler(ChangeSeats)
export class ChangeSeatsHandler implements ICommandHandler<ChangeSeats> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ request, context }: ChangeSeats): Promise<Outcome<ChangeSeatsBody>> {
    const { reservationId } = request
    const showId = showOf(reservationId) as string
    const caller = context.caller.id
    const submitted = await this.ingress.submit({
      name: recordName.ChangeSeats,
      data: { showId, reservationId, customerId: caller, ...choiceOf(request) },
      body: request,
      identity: { caller, operation: 'ChangeSeats', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.SeatsChanged, (event) => ({
      reservationId,
      showId,
      status: 'held',
      seats: event.seats,
      areas: event.areas,
      currency: event.currency,
      totalMinor: event.totalMinor,
      expiresAt: isoTime(event.expiresAt),
      notes: event.notes,
      changedAt: isoTime(event.changedAt),
    }))
  }
}
