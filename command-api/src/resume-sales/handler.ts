import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { ResumeSales } from './command.js'
import type { ResumeSalesBody } from './request.js'

@CommandHandler(ResumeSales)
export class ResumeSalesHandler implements ICommandHandler<ResumeSales> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ showId, request, context }: ResumeSales): Promise<Outcome<ResumeSalesBody>> {
    const submitted = await this.ingress.submit({
      name: recordName.ResumeSales,
      data: { showId },
      body: request,
      identity: { caller: context.caller.id, operation: 'ResumeSales', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.SalesResumed, ({ resumedAt }) => ({
      showId,
      resumedAt: isoTime(resumedAt),
    }))
  }
}
