import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { CancelShow } from './command.js'
import type { CancelShowBody } from './request.js'

@CommandHandler(CancelShow)
export class CancelShowHandler implements ICommandHandler<CancelShow> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ showId, request, context }: CancelShow): Promise<Outcome<CancelShowBody>> {
    const submitted = await this.ingress.submit({
      name: recordName.CancelShow,
      data: { showId, ...request },
      body: request,
      identity: { caller: context.caller.id, operation: 'CancelShow', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.ShowCancelled, ({ reason, reservations, cancelledAt }) => ({
      showId,
      reason,
      reservations,
      cancelledAt: isoTime(cancelledAt),
    }))
  }
}
