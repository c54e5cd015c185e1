import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { showOf } from '@onsale/domain'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { ExtendHold } from './command.js'
import type { ExtendHoldBody } from './request.js'

@CommandHandler(ExtendHold)
export class ExtendHoldHandler implements ICommandHandler<ExtendHold> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ request, context }: ExtendHold): Promise<Outcome<ExtendHoldBody>> {
    const { reservationId } = request
    const showId = showOf(reservationId) as string
    const caller = context.caller.id
    const submitted = await this.ingress.submit({
      name: recordName.ExtendHold,
      data: { showId, reservationId, customerId: caller },
      body: request,
      identity: { caller: caller, operation: 'ExtendHold', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.HoldExtended, (event) => ({
      reservationId,
      showId,
      status: 'held',
      expiresAt: isoTime(event.expiresAt),
      extendedAt: isoTime(event.extendedAt),
    }))
  }
}
