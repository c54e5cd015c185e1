import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { recordName } from '@onsale/schemas'
import { choiceOf } from '../http/choice.js'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { IdSource } from '../ingress/id-source.js'
import { RoomKeys } from '../queue/room-keys.js'
import { ReserveTickets } from './command.js'
import type { ReserveTicketsBody } from './request.js'

@CommandHandler(ReserveTickets)
export class ReserveTicketsHandler implements ICommandHandler<ReserveTickets> {
  constructor(
    private readonly ingress: CommandIngress,
    private readonly ids: IdSource,
    private readonly keys: RoomKeys,
  ) {}

  async execute({ request, context }: ReserveTickets): Promise<Outcome<ReserveTicketsBody>> {
    const { showId, admission } = request
    const submitted = await this.ingress.submit({
      name: recordName.HoldSeats,
      // The reservation id is a proposal: a repeated request proposes another one, and gets the first.
      data: {
        showId,
        reservationId: `${showId}.${this.ids.uuid()}`,
        customerId: context.caller.id,
        ...choiceOf(request),
        admission: admission ? this.keys.readAdmission(showId, context.caller.id, admission) : null,
      },
      body: request,
      identity: { caller: context.caller.id, operation: 'HoldSeats', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(
      submitted,
      recordName.SeatsHeld,
      ({ customerId: _, admissionId: __, heldAt, expiresAt, ...held }) => ({
        ...held,
        status: 'held',
        heldAt: isoTime(heldAt),
        expiresAt: isoTime(expiresAt),
      }),
    )
  }
}
