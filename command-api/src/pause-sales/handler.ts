import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { PauseSales } from './command.js'
import type { PauseSalesBody } from './request.js'

@CommandHandler(PauseSales)
export class PauseSalesHandler implements ICommandHandler<PauseSales> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ showId, request, context }: PauseSales): Promise<Outcome<PauseSalesBody>> {
    const submitted = await this.ingress.submit({
      name: recordName.PauseSales,
      data: { showId, ...request },
      body: request,
      identity: { caller: context.caller.id, operation: 'PauseSales', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.SalesPaused, ({ reason, pausedAt }) => ({
      showId,
      reason,
      pausedAt: isoTime(pausedAt),
    }))
  }
}
