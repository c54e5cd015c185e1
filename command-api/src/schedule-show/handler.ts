import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import { recordName } from '@onsale/schemas'
import { isoTime, type Outcome, outcomeOf } from '../http/outcome.js'
import { CommandIngress } from '../ingress/command-ingress.js'
import { ScheduleShow } from './command.js'
import type { ScheduleShowBody } from './request.js'

@CommandHandler(ScheduleShow)
export class ScheduleShowHandler implements ICommandHandler<ScheduleShow> {
  constructor(private readonly ingress: CommandIngress) {}

  async execute({ request, context }: ScheduleShow): Promise<Outcome<ScheduleShowBody>> {
    const { holdSeconds, publish, ...terms } = request
    // There is no show yet that the key could belong to: caller and key alone make both the command and the show.
    const identity = { caller: context.caller.id, operation: 'ScheduleShow', show: '', key: context.idempotencyKey }
    const submitted = await this.ingress.submit({
      name: recordName.ScheduleShow,
      data: {
        showId: this.ingress.showIdFor(identity),
        ...terms,
        holdMs: holdSeconds * 1_000,
        published: publish,
      },
      body: request,
      identity,
      context,
    })
    return outcomeOf(
      submitted,
      recordName.ShowScheduled,
      ({ holdMs, salesFrom, salesUntil, startsAt, scheduledAt, ...event }) => ({
        ...event,
        holdSeconds: holdMs / 1_000,
        salesFrom: isoTime(salesFrom),
        salesUntil: isoTime(salesUntil),
        startsAt: isoTime(startsAt),
        scheduledAt: isoTime(scheduledAt),
      }),
    )
  }
}
