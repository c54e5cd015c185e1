import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { ProblemError } from '@onsale/platform/http'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { IdSource } from '../ingress/id-source.js'
import { ReserveTickets } from './command.js'
import type { ReserveTicketsBody } from './request.js'

@CommandHandler(ReserveTickets)
export class ReserveTicketsHandler implements ICommandHandler<ReserveTickets> {
  constructor(
    private readonly ingress: CommandIngress,
    private readonly ids: IdSource,
  ) {}

  async execute({ request, context }: ReserveTickets): Promise<Outcome<ReserveTicketsBody>> {
    const { showId, seats, areas } = request
    if (seats.length + areas.length === 0) {
      throw new ProblemError(422, 'nothing-to-hold', 'The request names neither a seat nor places in an area.')
    }
    const submitted = await this.ingress.submit({
      name: recordName.HoldSeats,
      // The reservation id is a proposal: a repeated request proposes another one, and gets the first.
      data: {
        showId,
        reservationId: `${showId}.${this.ids.uuid()}`,
        customerId: context.caller.id,
        seats,
        areas,
        bestAvailable: null,
      },
      body: request,
      identity: { caller: context.caller.id, operation: 'HoldSeats', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.SeatsHeld, ({ customerId: _, notes: __, heldAt, expiresAt, ...held }) => ({
      ...held,
      status: 'held',
      heldAt: isoTime(heldAt),
      expiresAt: isoTime(expiresAt),
    }))
  }
}
