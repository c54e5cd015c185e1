import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { RescheduleShow } from './command.js'
import type { RescheduleShowBody } from './request.js'

@CommandHandler(RescheduleShow)
export class RescheduleShowHandler implements ICommandHandler<RescheduleShow> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ showId, request, context }: RescheduleShow): Promise<Outcome<RescheduleShowBody>> {
    const submitted = await this.ingress.submit({
      name: recordName.RescheduleShow,
      data: { showId, ...request },
      body: request,
      identity: { caller: context.caller.id, operation: 'RescheduleShow', show: showId, key: context.idempotencyKey },
      context,
    })
    return outcomeOf(submitted, recordName.ShowRescheduled, (event) => ({
      showId,
      salesFrom: isoTime(event.salesFrom),
      salesUntil: isoTime(event.salesUntil),
      startsAt: isoTime(event.startsAt),
      rescheduledAt: isoTime(event.rescheduledAt),
    }))
  }
}
