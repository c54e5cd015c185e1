import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { showOf } from '@onsale/domain'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { ReleaseHold } from './command.js'
import type { ReleaseHoldBody } from './request.js'

@CommandHandler(ReleaseHold)
export class ReleaseHoldHandler implements ICommandHandler<ReleaseHold> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ request, context }: ReleaseHold): Promise<Outcome<ReleaseHoldBody>> {
    const { reservationId } = request
    const showId = showOf(reservationId) as string
    const caller = context.caller.id
    const submitted = await this.ingress.submit({
      name: recordName.ReleaseHold,
      data: { showId, reservationId, customerId: caller },
      body: request,
      identity: { caller, operation: 'ReleaseHold', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.HoldReleased, (event) => ({
      reservationId,
      showId,
      status: 'released',
      releasedAt: isoTime(event.releasedAt),
    }))
  }
}
